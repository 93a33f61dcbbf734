import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHex, utf8 } from '../../src/domain/bytes.ts';
import { decodeCbor, encodeCbor } from '../../src/domain/cbor.ts';
import { argon2id, sodiumReady } from '../../src/domain/sodium.ts';
import {
  createSheetLock,
  lockOfSheet,
  openKeySheet,
  passphraseBytes,
  sealKeySheet,
  type SheetKeys,
  type SheetLock,
} from '../../src/domain/vault/key-sheet.ts';
import { must, seeded } from './people.ts';

const random = seeded('key sheet');
const keys: SheetKeys = { root: random(32), device: random(140), vault: random(32) };
const refused = (code: string) => ({ ok: false, code });
let lock: SheetLock;
let stretched: Uint8Array;
let sheet: Uint8Array;

beforeAll(async () => {
  await sodiumReady();
  lock = { ...createSheetLock(random), cost: { ops: 1, memory: 8_192 } };
  stretched = argon2id(passphraseBytes('correct horse'), lock.salt, lock.cost);
  sheet = sealKeySheet(keys, lock, stretched, random);
});

/** The same sheet with other fields, as who has the disk could write it. */
const changed = (fields: object): Uint8Array =>
  encodeCbor({ ...(must(decodeCbor(sheet)) as object), ...fields });

describe('a key sheet', () => {
  it('opens by the passphrase it was sealed with, and tells first how that is stretched', () => {
    expect(lockOfSheet(sheet)).toEqual({ ok: true, value: lock });
    expect(openKeySheet(sheet, stretched)).toEqual({ ok: true, value: keys });
  });

  it('keeps the root of an address that is being left', () => {
    const leaving = { ...keys, leaving: random(32) };
    expect(openKeySheet(sealKeySheet(leaving, lock, stretched, random), stretched)).toEqual({
      ok: true,
      value: leaving,
    });
  });

  it('opens by no other passphrase', () => {
    const other = argon2id(passphraseBytes('correct horsf'), lock.salt, lock.cost);
    expect(openKeySheet(sheet, other)).toEqual(refused('undecryptable'));
  });

  it('is another one each time, and holds nothing of the keys', () => {
    expect(sealKeySheet(keys, lock, stretched, random)).not.toEqual(sheet);
    for (const key of [keys.root, keys.device, keys.vault]) {
      expect(toHex(sheet)).not.toContain(toHex(key).slice(0, 16));
    }
  });

  it('has one length, whether an address is being left or not', () => {
    const leaving = sealKeySheet({ ...keys, leaving: random(32) }, lock, stretched, random);
    expect(leaving.length).toBe(sheet.length);
  });

  it('refuses every changed bit', () => {
    fc.assert(
      fc.property(fc.nat(sheet.length * 8 - 1), (bit) => {
        const bytes = sheet.slice();
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(openKeySheet(bytes, stretched).ok).toBe(false);
      }),
    );
  });

  it('refuses to be stretched cheaply or without end, by whoever has changed it', () => {
    for (const fields of [{ o: 0 }, { o: 101 }, { m: 8_191 }, { m: 2 ** 31 }, { s: random(15) }]) {
      expect(lockOfSheet(changed(fields))).toEqual(refused('malformed'));
    }
    expect(openKeySheet(changed({ o: 2 }), stretched)).toEqual(refused('undecryptable'));
    expect(openKeySheet(changed({ c: random(23) }), stretched)).toEqual(refused('malformed'));
    expect(lockOfSheet(changed({ v: 2 }))).toEqual(refused('malformed'));
    expect(lockOfSheet(utf8('no sheet')).ok).toBe(false);
  });

  it('takes a passphrase as the same however a keyboard writes it', () => {
    expect(passphraseBytes('Äpfel ｆür')).toEqual(passphraseBytes('A\u0308pfel für'));
    expect(passphraseBytes('Apfel')).not.toEqual(passphraseBytes('apfel'));
  });
});
