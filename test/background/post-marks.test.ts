import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forgettingMarks, PostMarks } from '../../src/background/app/feed/post-marks.ts';
import { documentId, type DocumentId } from '../../src/domain/document/id.ts';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { createVaultKey } from '../../src/domain/vault/seal.ts';
import type { Vault } from '../../src/store/ports.ts';
import { sessionVaultHome } from '../../src/store/vault-home.ts';
import { UnkeptKeys } from '../../src/store/unkept-keys.ts';
import { openVault } from '../../src/store/vault.ts';
import { TestSessionArea } from '../store/session-area.ts';
import { someAddress } from '../sync/onions.ts';

beforeAll(() => sodiumReady());

describe('marks of posts', () => {
  let vault: Vault;
  let now = 1_795_000_000_000;
  const start = () => new PostMarks({ vault, now: () => now });
  const some = (count: number) =>
    Array.from({ length: count }, () => documentId('d', randomBytes(32)));
  const theirs = (ids: readonly DocumentId[]) => ids.map((id) => ({ id, mine: false }));

  beforeEach(async () => {
    const home = sessionVaultHome(new TestSessionArea());
    ({ vault } = await openVault(home, new UnkeptKeys(createVaultKey(randomBytes)), randomBytes));
  });

  it('say when each was first seen and whether it was read, also after a restart', async () => {
    const ids = some(300);
    const marks = start();
    await marks.arrived('sone', theirs(ids.slice(0, 200)));
    now += 1_000;
    await marks.arrived('sone', [...theirs(ids), { id: ids[0] as DocumentId, mine: true }]);
    expect(await marks.markRead('sone', ids.slice(150, 260))).toBe(true);
    expect(await marks.markRead('sone', ids.slice(150, 260))).toBe(false);
    for (const known of [marks, start()]) {
      for (const [at, id] of ids.entries()) {
        const firstSeen = at < 200 ? now - 1_000 : now;
        const read = at >= 150 && at < 260;
        expect(known.get('sone', id)).toEqual({ firstSeen, read });
      }
      expect(known.latest('sone')).toBe(now);
      expect(known.get('stwo', ids[0] ?? '')).toBeUndefined();
      expect(known.latest('stwo')).toBe(0);
    }
    // Many share a record.
    expect(vault.entries('marks/')).toHaveLength(3);
    await vault.putMany(forgettingMarks(vault, 'sone'));
    expect(start().get('sone', ids[0] ?? '')).toBeUndefined();
  });

  it('hold at once, before they are written down', async () => {
    const [id = documentId('d', randomBytes(32))] = some(1);
    const marks = start();
    const written = marks.arrived('sone', [{ id, mine: true }]);
    expect(marks.get('sone', id)).toEqual({ firstSeen: now, read: true });
    await written;
  });

  it('take over what was noted when each post had a record of its own', async () => {
    const [read, unread] = some(2);
    const people = [someAddress(5)];
    await vault.put(`post/${read}`, { firstSeen: 12, read: true, reached: people });
    await vault.put(`post/${unread}`, { firstSeen: 13, read: false, reached: [] });
    await start().arrived('sone', theirs([read, unread].flatMap((id) => id ?? [])));
    const marks = start();
    expect(marks.get('sone', read ?? '')).toEqual({ firstSeen: 12, read: true });
    expect(marks.get('sone', unread ?? '')).toEqual({ firstSeen: 13, read: false });
    expect(marks.reachedBy(read ?? '')).toEqual(people);
    expect(vault.entries('post/')).toEqual([]);
    expect(await marks.reached(read ?? '', someAddress(5))).toBe(false);
    expect(await marks.reached(read ?? '', someAddress(6))).toBe(true);
    expect(marks.reachedBy(read ?? '')).toHaveLength(2);
  });
});
