import { Decrypter, Encrypter } from 'age-encryption';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeHeader, readHeader } from '../../src/domain/age/header.ts';
import { recipientText, secretKeyText } from '../../src/domain/age/key-text.ts';
import { PayloadOpener, PayloadSealer } from '../../src/domain/age/payload.ts';
import { Pieces } from '../../src/domain/age/pieces.ts';
import {
  createFileKey,
  createPassphraseLock,
  openWithKey,
  openWithPassphrase,
  readPassphraseLock,
  sealToKey,
  sealToPassphrase,
} from '../../src/domain/age/recipients.ts';
import { concat, equalBytes, fromUtf8, utf8 } from '../../src/domain/bytes.ts';
import { randomBytes, scrypt, sodiumReady, x25519PublicKey } from '../../src/domain/sodium.ts';
import { must } from './people.ts';

beforeAll(sodiumReady);

const chunk = 65_536;
const lengths = [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 5];
const secretKey = new Uint8Array(32).fill(7);
const cheap = 10;

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

function sealed(header: Uint8Array, fileKey: Uint8Array, text: Uint8Array, size: number) {
  const nonce = randomBytes(16);
  const sealer = new PayloadSealer(fileKey, nonce);
  const chunks = cut(text, size).flatMap((piece) => sealer.push(piece));
  return concat(header, nonce, ...chunks, sealer.finish());
}

function toKey(text: Uint8Array, size = 10_000): Uint8Array {
  const fileKey = createFileKey(randomBytes);
  const stanza = sealToKey(fileKey, x25519PublicKey(secretKey), randomBytes);
  return sealed(makeHeader([stanza], fileKey), fileKey, text, size);
}

function toPassphrase(text: Uint8Array, passphrase: string): Uint8Array {
  const fileKey = createFileKey(randomBytes);
  const lock = { ...createPassphraseLock(randomBytes), logN: cheap };
  const stretched = scrypt(utf8(passphrase), lock.salt, lock.logN);
  const stanza = sealToPassphrase(fileKey, lock, stretched);
  return sealed(makeHeader([stanza], fileKey), fileKey, text, 10_000);
}

const headerOf = (file: Uint8Array) => {
  const header = readHeader(file);
  if (!header) throw new Error('the header has no end');
  return must(header);
};

function payload(file: Uint8Array, fileKey: Uint8Array, size: number) {
  const opener = new PayloadOpener(fileKey);
  const opened: Uint8Array[] = [];
  for (const piece of cut(file.subarray(headerOf(file).length), size)) {
    const chunks = opener.push(piece);
    if (!chunks.ok) return chunks;
    opened.push(...chunks.value);
  }
  const last = opener.finish();
  return last.ok ? { ok: true as const, value: concat(...opened, last.value) } : last;
}

function open(file: Uint8Array, size = 70_001) {
  const fileKey = openWithKey(headerOf(file), secretKey);
  return fileKey.ok ? payload(file, fileKey.value, size) : fileKey;
}

describe('age files', () => {
  it.each(lengths)(
    'of ours, with %i bytes, are opened by another implementation',
    async (length) => {
      const text = randomBytes(length);
      const decrypter = new Decrypter();
      decrypter.addIdentity(secretKeyText(secretKey));
      expect(equalBytes(await decrypter.decrypt(toKey(text)), text)).toBe(true);
    },
  );

  it.each(lengths)('of another implementation, with %i bytes, are opened here', async (length) => {
    const text = randomBytes(length);
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipientText(x25519PublicKey(secretKey)));
    const file = await encrypter.encrypt(text);
    for (const size of [1_000, 80_000, 1_000_000]) {
      expect(equalBytes(must(open(file, size)), text)).toBe(true);
    }
  });

  it('with a passphrase go both ways', async () => {
    const decrypter = new Decrypter();
    decrypter.addPassphrase('correct horse');
    expect(await decrypter.decrypt(toPassphrase(utf8('hello'), 'correct horse'), 'text')).toBe(
      'hello',
    );
    const encrypter = new Encrypter();
    encrypter.setPassphrase('battery staple');
    encrypter.setScryptWorkFactor(cheap);
    const file = await encrypter.encrypt('there');
    const header = headerOf(file);
    const lock = must(readPassphraseLock(header) ?? { ok: false, code: 'malformed' });
    const by = (text: string) =>
      openWithPassphrase(header, scrypt(utf8(text), lock.salt, lock.logN));
    expect(by('battery')).toEqual({ ok: false, code: 'undecryptable' });
    expect(must(fromUtf8(must(payload(file, must(by('battery staple')), 100))))).toBe('there');
  });

  it('for more than one key are opened by each, other ways passed over', async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipientText(x25519PublicKey(randomBytes(32))));
    encrypter.addRecipient(recipientText(x25519PublicKey(secretKey)));
    const file = await encrypter.encrypt('two');
    expect(must(open(file))).toEqual(utf8('two'));
    expect(openWithKey(headerOf(file), randomBytes(32))).toEqual({
      ok: false,
      code: 'undecryptable',
    });
    expect(openWithPassphrase(headerOf(file), randomBytes(32)).ok).toBe(false);
    expect(readPassphraseLock(headerOf(file))).toBeUndefined();
  });

  it('that are cut anywhere are refused', () => {
    const text = randomBytes(2 * chunk + 100);
    const file = toKey(text);
    const { length } = headerOf(file);
    const sealedChunk = chunk + 16;
    for (const end of [
      length,
      length + 15,
      length + 16,
      length + 16 + sealedChunk,
      length + 16 + 2 * sealedChunk,
      length + 16 + 2 * sealedChunk + 16,
      file.length - 1,
    ]) {
      expect(open(file.subarray(0, end))).toEqual({ ok: false, code: 'undecryptable' });
    }
    for (const end of [0, 10, 40, length - 1])
      expect(readHeader(file.subarray(0, end))).toBeUndefined();
    expect(open(concat(file, Uint8Array.of(0))).ok).toBe(false);
  });

  it('that are changed anywhere are refused', () => {
    const file = toKey(randomBytes(300));
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = file.slice();
        changed[at] = (changed[at] ?? 0) ^ by;
        const header = readHeader(changed);
        const opened = header?.ok === true ? open(changed) : { ok: false };
        expect(opened.ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('an empty chunk after others is none', () => {
    const fileKey = createFileKey(randomBytes);
    const nonce = randomBytes(16);
    // A sealer that is told too late that nothing follows.
    const sealer = new PayloadSealer(fileKey, nonce);
    const first = sealer.push(new Uint8Array(chunk + 1)).slice(0, 1);
    const other = new PayloadSealer(fileKey, nonce);
    const opener = new PayloadOpener(fileKey);
    must(opener.push(concat(nonce, ...first, other.finish())));
    expect(opener.finish().ok).toBe(false);
  });
});

describe('headers', () => {
  const fileKey = new Uint8Array(16);
  it('of another version, of none, and without an end are told apart', () => {
    const code = (text: string) => {
      const header = readHeader(utf8(text));
      return header?.ok === false ? header.code : header;
    };
    expect(code('age-encryption.org/v2\n')).toBe('wrong-version');
    expect(code('age-encryption.org/v1b\n---')).toBeUndefined();
    expect(code('age-encryption.org/v1b\n--- x\n')).toBe('wrong-version');
    expect(code('PK')).toBe('malformed');
    expect(code(`age-encryption.org/v1\n${'x'.repeat(20_000)}`)).toBe('malformed');
    expect(code('age-encryption.org/v1\n--- short\n')).toBe('malformed');
    const mac = 'A'.repeat(43);
    expect(code(`age-encryption.org/v1\n--- ${mac}\n`)).toBe('malformed');
    expect(code(`age-encryption.org/v1\nX25519\n\n--- ${mac}\n`)).toBe('malformed');
    expect(code(`age-encryption.org/v1\n-> a\nAA=\n--- ${mac}\n`)).toBe('malformed');
    expect(code(`age-encryption.org/v1\n-> a\n${'A'.repeat(64)}\n--- ${mac}\n`)).toBe('malformed');
    expect(code(`age-encryption.org/v1\n-> a  b\n\n--- ${mac}\n`)).toBe('malformed');
    expect(code(`age-encryption.org/v1\n${'-> a\n\n'.repeat(21)}--- ${mac}\n`)).toBe('malformed');
    expect(readHeader(utf8(`age-encryption.org/v1\n-> a b\n\n--- ${mac}\n`))?.ok).toBe(true);
    expect(readHeader(concat(utf8('age-encryption.org/v1\n'), Uint8Array.of(255, 10)))?.ok).toBe(
      false,
    );
  });

  it('keep bodies of any length', () => {
    for (const length of [0, 32, 47, 48, 49, 96, 100]) {
      const body = randomBytes(length);
      const header = headerOf(makeHeader([{ args: ['x', 'y'], body }], fileKey));
      expect(header.stanzas).toEqual([{ args: ['x', 'y'], body }]);
    }
  });

  it('ask for no more work than a machine can do, and in no other form', () => {
    const lockOf = (...args: string[]) =>
      readPassphraseLock(headerOf(makeHeader([{ args, body: new Uint8Array(32) }], fileKey)));
    const salt = 'A'.repeat(22);
    expect(lockOf('scrypt', salt, '18')?.ok).toBe(true);
    expect(lockOf('scrypt', salt, '21')).toEqual({ ok: false, code: 'too-large' });
    for (const args of [
      [salt, '018'],
      [salt, '+1'],
      [salt],
      [],
      ['AA', '18'],
      [salt, '18', 'more'],
    ]) {
      expect(lockOf('scrypt', ...args)).toEqual({ ok: false, code: 'malformed' });
    }
    const stanza = { args: ['scrypt', salt, '10'], body: new Uint8Array(32) };
    const two = headerOf(makeHeader([stanza, stanza], fileKey));
    expect(readPassphraseLock(two)?.ok).toBe(false);
  });

  it('refuse keys and stanzas that are none', () => {
    const opens = (args: string[], body: Uint8Array) =>
      openWithKey(headerOf(makeHeader([{ args, body }], fileKey)), secretKey).ok;
    const { args, body } = sealToKey(fileKey, x25519PublicKey(secretKey), randomBytes);
    expect(opens([...args], body)).toBe(true);
    expect(opens([...args, 'more'], body)).toBe(false);
    expect(opens(['X25519', 'AAAA'], body)).toBe(false);
    expect(opens(['X25519'], body)).toBe(false);
    expect(opens(['X25519', 'A'.repeat(43)], body)).toBe(false);
    expect(opens([...args], body.subarray(1))).toBe(false);
    expect(() => sealToKey(fileKey, new Uint8Array(32), randomBytes)).toThrow(TypeError);
    const forged = makeHeader([{ args, body }], new Uint8Array(16).fill(1));
    expect(openWithKey(headerOf(forged), secretKey)).toEqual({ ok: false, code: 'malformed' });
  });
});

it('pieces are taken in other sizes than they come', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 9 })), fc.array(fc.nat(12)), (come, take) => {
      const pieces = new Pieces();
      for (const one of come) pieces.push(one);
      const whole = concat(...come);
      let at = 0;
      for (const count of take) {
        if (at + count > whole.length) break;
        expect(pieces.take(count)).toEqual(whole.slice(at, at + count));
        at += count;
      }
      expect(pieces.length).toBe(whole.length - at);
    }),
  );
  expect(() => new Pieces().take(1)).toThrow(TypeError);
});
