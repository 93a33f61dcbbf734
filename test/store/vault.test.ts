import { beforeAll, describe, expect, it } from 'vitest';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import { sessionVaultHome } from '../../src/store/vault-home.ts';
import { UnkeptKeys } from '../../src/store/unkept-keys.ts';
import { openVault } from '../../src/store/vault.ts';
import { vaultCases } from '../acceptance/vault.ts';
import { TestSessionArea } from './session-area.ts';

beforeAll(() => sodiumReady());

describe('the vault in the session area', () => {
  const cases = vaultCases(async () => {
    const area = new TestSessionArea();
    return { home: async () => sessionVaultHome(area), dispose: async () => undefined };
  });
  for (const { name, run } of cases) it(name, run);

  it('shows what was before when a write fails, and takes the next one', async () => {
    const area = new TestSessionArea(4_000);
    const { vault } = await openVault(
      sessionVaultHome(area),
      new UnkeptKeys(createVaultKey(randomBytes)),
      randomBytes,
    );
    await vault.put('a', 'before');
    const full = vault.putMany([
      ['a', 'after'],
      ['b', 'x'.repeat(10_000)],
    ]);
    await expect(full).rejects.toMatchObject({ code: 'session-storage-full' });
    expect(vault.entries('')).toEqual([['a', 'before']]);
    await vault.put('a', 'later');
    expect(vault.get('a')).toBe('later');
  });

  it('does not change with the object it was given', async () => {
    const area = new TestSessionArea();
    const keys = new UnkeptKeys(createVaultKey(randomBytes));
    const { vault } = await openVault(sessionVaultHome(area), keys, randomBytes);
    const given = { list: [1] };
    const writing = vault.put('a', given);
    given.list.push(2);
    await writing;
    expect(vault.get('a')).toEqual({ list: [1] });
  });
});
