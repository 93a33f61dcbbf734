import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url, toHex, utf8 } from '../../src/domain/bytes.ts';
import {
  createKeyTable,
  type KeyTable,
  openKeyTable,
  sealKeyTable,
  withoutFormer,
  withoutScopes,
  withScopes,
} from '../../src/domain/vault/key-table.ts';
import { sealVaultEntry } from '../../src/domain/vault/seal.ts';
import { tableSeal } from '../../src/domain/vault/table-seal.ts';
import { must, seeded } from './people.ts';

const random = seeded('key table');
const vaultKey = random(32);
const refused = (code: string) => ({ ok: false, code });

const tables: fc.Arbitrary<KeyTable> = fc
  .tuple(
    fc.uniqueArray(fc.string({ minLength: 1, maxLength: 70 }), { maxLength: 40 }),
    fc.boolean(),
  )
  .map(([names, hasFormer]) =>
    withScopes(createKeyTable(random, hasFormer ? random(32) : undefined), names, random),
  );

describe('a key table', () => {
  it('opens by the key it was sealed with, as it was', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const sealed = sealKeyTable(vaultKey, table, random);
        expect(openKeyTable(vaultKey, sealed)).toEqual({ ok: true, value: table });
        expect(openKeyTable(random(32), sealed)).toEqual(refused('undecryptable'));
      }),
    );
  });

  it('refuses every changed bit, and every part of itself', () => {
    const sealed = sealKeyTable(vaultKey, createKeyTable(random), random);
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = sealed.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(openKeyTable(vaultKey, changed)).toEqual(refused('undecryptable'));
      }),
    );
    expect(openKeyTable(vaultKey, sealed.subarray(0, 20))).toEqual(refused('malformed'));
    expect(openKeyTable(vaultKey, sealed.subarray(0, 60))).toEqual(refused('undecryptable'));
  });

  it('shows only roughly how many keys it holds, and none of them', () => {
    const few = withScopes(createKeyTable(random), ['a'], random);
    const more = withScopes(few, ['b', 'c', 'd'], random);
    const sealed = sealKeyTable(vaultKey, more, random);
    expect(sealed.length).toBe(sealKeyTable(vaultKey, few, random).length);
    for (const key of [more.general, ...more.scopes.values()]) {
      expect(toHex(sealed)).not.toContain(toHex(key).slice(0, 16));
    }
  });

  it('gives each scope one key, another one when it was destroyed, and changes nothing else', () => {
    const one = withScopes(createKeyTable(random), ['a', 'b', 'a'], random);
    expect(withScopes(one, ['b', 'a'], random)).toBe(one);
    const without = withoutScopes(one, new Set(['a', 'never']));
    expect([...without.scopes]).toEqual([['b', one.scopes.get('b')]]);
    const again = withScopes(without, ['a'], random);
    expect(again.scopes.get('a')).not.toEqual(one.scopes.get('a'));
    expect(again.general).toEqual(one.general);
    expect(withoutFormer({ ...one, former: random(32) })).toEqual(one);
  });
});

describe('entries under a key table', () => {
  const table = withScopes(createKeyTable(random, random(32)), ['a', 'b'], random);
  const seal = tableSeal(table);
  const value = utf8('{"text":"hello"}');

  it('come out as they went in, and tell under which key they were', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(undefined, 'a', 'b'),
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array({ maxLength: 1_000 }),
        (scope, name, bytes) => {
          const entry = seal.seal(scope, name, bytes, random);
          expect(entry.id).toBe(seal.idOf(scope, name));
          const found = { name, value: bytes, scope, isFormer: false };
          expect(
            tableSeal(must(openKeyTable(vaultKey, sealKeyTable(vaultKey, table, random)))).open(
              entry,
            ),
          ).toEqual({ ok: true, value: found });
        },
      ),
    );
  });

  it('look alike to others, whatever they are sealed under', () => {
    const entries = [undefined, 'a', 'b'].map((scope) => seal.seal(scope, 'name', value, random));
    expect(new Set(entries.map(({ id }) => id)).size).toBe(3);
    expect(new Set(entries.map(({ c }) => c.length)).size).toBe(1);
    expect(seal.seal('a', 'name', value, random).c).not.toBe(entries[1]?.c);
  });

  it('open no more once their key is destroyed, while all others do', () => {
    const entry = seal.seal('a', 'name', value, random);
    const other = seal.seal('b', 'name', value, random);
    const next = withScopes(withoutScopes(table, new Set(['a'])), ['a'], random);
    expect(tableSeal(next).open(entry)).toEqual(refused('undecryptable'));
    expect(tableSeal(next).open(other).ok).toBe(true);
    expect(tableSeal(createKeyTable(random)).open(other)).toEqual(refused('undecryptable'));
  });

  it('can’t be exchanged, changed or cut by who holds the disk', () => {
    const entry = seal.seal('a', 'name', value, random);
    const other = seal.seal('b', 'name', value, random);
    expect(seal.open({ id: entry.id, c: other.c }).ok).toBe(false);
    const sealed = must(fromBase64Url(entry.c));
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = sealed.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(seal.open({ id: entry.id, c: toBase64Url(changed) }).ok).toBe(false);
      }),
    );
    expect(seal.open({ id: entry.id, c: entry.c.slice(0, 60) })).toEqual(refused('malformed'));
    expect(seal.open({ id: entry.id, c: '!' }).ok).toBe(false);
    expect(seal.open({ id: entry.id })).toEqual(refused('malformed'));
  });

  it('made before there was a table open by the key of then, and say so', () => {
    const former = table.former ?? new Uint8Array(32);
    const entry = sealVaultEntry(former, 'old', value, random);
    const found = { name: 'old', value, scope: undefined, isFormer: true };
    expect(seal.open(entry)).toEqual({ ok: true, value: found });
    expect(tableSeal(withoutFormer(table)).open(entry)).toEqual(refused('undecryptable'));
  });

  it('are sealed under no key that is not there', () => {
    expect(() => seal.seal('c', 'name', value, random)).toThrow(TypeError);
    expect(() => seal.idOf('c', 'name')).toThrow(TypeError);
  });
});
