import { describe, expect, it } from 'vitest';
import { findHome } from '../../src/background/find-home.ts';

describe('where a person’s databases are', () => {
  it.each([
    ['somebody new, IndexedDB allowed', undefined, true, true, 'indexeddb'],
    ['somebody new in Tor Browser', undefined, false, true, 'native'],
    ['somebody new with nothing', undefined, false, false, 'memory'],
    ['began in memory, now there is a host', 'memory', false, true, 'native'],
    ['began in memory, still nothing', 'memory', false, false, 'memory'],
    ['began on the host', 'native', true, true, 'native'],
  ] as const)('%s', (_who, begun, indexedDb, host, expected) => {
    expect(findHome({ begun, indexedDb, host, inUse: false, keepsNothing: false })).toBe(expected);
  });

  it('is never begun anew elsewhere', () => {
    expect(
      findHome({
        begun: 'native',
        indexedDb: true,
        host: false,
        inUse: false,
        keepsNothing: false,
      }),
    ).toMatchObject({
      code: 'host-missing',
    });
    expect(
      findHome({
        begun: 'indexeddb',
        indexedDb: false,
        host: true,
        inUse: false,
        keepsNothing: false,
      }),
    ).toMatchObject({ code: 'storage-elsewhere' });
  });

  it.each([undefined, 'indexeddb', 'native', 'memory'] as const)(
    'is not opened while another browser has it (begun: %s)',
    (begun) => {
      expect(
        findHome({ begun, indexedDb: true, host: false, inUse: true, keepsNothing: false }),
      ).toMatchObject({
        code: 'data-in-use',
      });
    },
  );

  it.each([undefined, 'memory'] as const)(
    'are in memory for who keeps nothing, whatever there is (begun: %s)',
    (begun) => {
      const facts = { begun, indexedDb: true, host: true, inUse: false };
      expect(findHome({ ...facts, keepsNothing: true })).toBe('memory');
      expect(findHome({ ...facts, keepsNothing: false })).toBe('indexeddb');
    },
  );
});
