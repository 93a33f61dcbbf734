import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64Url, toBase64Url } from '../../src/domain/bytes.ts';
import {
  createVaultKey,
  openVaultEntry,
  sealVaultEntry,
  vaultEntryId,
} from '../../src/domain/vault/seal.ts';
import { must, seeded } from './people.ts';

const random = seeded('vault');
const key = createVaultKey(random);
const entry = sealVaultEntry(key, 'friend:bob', Uint8Array.of(1, 2, 3), random);
const refused = (code: string) => ({ ok: false, code });

test('what goes into the vault comes out of it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array({ maxLength: 2_000 }),
      (name, value) => {
        const sealed = sealVaultEntry(key, name, value, random);
        expect(openVaultEntry(key, sealed)).toEqual({ ok: true, value: { name, value } });
        expect(sealed.id).toBe(vaultEntryId(key, name));
      },
    ),
  );
});

test('an entry is found under its name by who has the key, and by nobody else', () => {
  expect(vaultEntryId(key, 'friend:bob')).toBe(entry.id);
  expect(vaultEntryId(createVaultKey(random), 'friend:bob')).not.toBe(entry.id);
  expect(entry.id).toMatch(/^v[a-z2-7]{52}$/);
});

test('the same value sealed twice looks different, and short values look alike', () => {
  const again = sealVaultEntry(key, 'friend:bob', Uint8Array.of(1, 2, 3), random);
  expect(again.id).toBe(entry.id);
  expect(again.c).not.toBe(entry.c);
  const longer = sealVaultEntry(key, 'a friend with a longer name', new Uint8Array(100), random);
  expect(longer.c.length).toBe(entry.c.length);
});

test('another key opens nothing', () => {
  expect(openVaultEntry(createVaultKey(random), entry)).toEqual(refused('undecryptable'));
});

test('two entries exchanged by whoever holds the disk are refused: the id is sealed too', () => {
  const other = sealVaultEntry(key, 'friend:mallory', Uint8Array.of(9), random);
  expect(openVaultEntry(key, { id: entry.id, c: other.c })).toEqual(refused('undecryptable'));
});

test('any changed bit is refused', () => {
  const sealed = must(fromBase64Url(entry.c));
  fc.assert(
    fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
      const changed = sealed.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const c = toBase64Url(changed);
      expect(openVaultEntry(key, { ...entry, c })).toEqual(refused('undecryptable'));
    }),
  );
});

test.each([
  ['nothing', undefined],
  ['no ciphertext', { id: entry.id }],
  ['more', { ...entry, n: 'x' }],
  ['no base64url', { ...entry, c: '!' }],
  ['too short a ciphertext', { ...entry, c: 'AAAA' }],
])('%s is refused', (_what, value) => {
  expect(openVaultEntry(key, value).ok).toBe(false);
});
