import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../src/domain/bytes.ts';
import { createKeys, openKeys, withNewAddress } from '../../src/background/identity.ts';
import type { KeptKeys, StoredKeys } from '../../src/background/local-settings.ts';
import { Safe } from '../../src/background/safe/safe.ts';
import { argon2id, randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { passphraseBytes } from '../../src/domain/vault/key-sheet.ts';
import { TestSessionArea } from '../store/session-area.ts';

beforeAll(() => sodiumReady());

/** A browser profile: what its disk has, what its memory has, and a place where everything may die. */
class Profile {
  kept: KeptKeys | undefined;
  table: string | null | undefined;
  session = new TestSessionArea();
  /** Writes until the next one dies: before it is done, or just after. */
  dies: { after: number; done: boolean } | undefined;

  async start(): Promise<Safe> {
    const safe = new Safe({
      kept: () => this.kept,
      keep: (keys, table) =>
        this.#write(() => {
          this.kept = structuredClone(keys);
          if (table !== undefined) this.table = table;
        }),
      overwriteOld: async () => {},
      session: {
        get: (names) => this.session.get(names),
        set: (items) => this.#write(() => this.session.set(items)),
        remove: (names) => this.#write(() => this.session.remove(names)),
      },
      // Real, at the lowest price there is.
      stretch: async (passphrase, { salt }) =>
        argon2id(passphraseBytes(passphrase), salt, { ops: 1, memory: 8_192 }),
      random: randomBytes,
    });
    await safe.open();
    return safe;
  }

  /** The browser is closed: its memory is gone. */
  restart(): Promise<Safe> {
    this.session = new TestSessionArea();
    return this.start();
  }

  async #write(write: () => unknown): Promise<void> {
    if (this.dies?.after === 0) {
      if (this.dies.done) await write();
      throw new Error('died');
    }
    if (this.dies) this.dies.after -= 1;
    await write();
  }
}

const wrong = { code: 'wrong-passphrase' };
const onDisk = (profile: Profile) => JSON.stringify(profile.kept);

describe('the safe', () => {
  let profile: Profile;
  let keys: StoredKeys;
  let safe: Safe;

  beforeEach(async () => {
    profile = new Profile();
    keys = createKeys();
    safe = await profile.start();
    await safe.keep(keys);
  });

  it('keeps keys openly without a passphrase, as before there was one', async () => {
    expect(profile.kept).toEqual(keys);
    expect((await profile.restart()).keys).toEqual(keys);
    expect(safe.state).toBe('none');
  });

  it('takes over what was kept openly, and leaves no key of it', async () => {
    await safe.change('', 'five words or more');
    expect(safe.state).toBe('open');
    for (const key of [keys.root, keys.device, keys.vault]) {
      expect(onDisk(profile)).not.toContain(key);
    }
    expect(safe.keys).toEqual(keys);
  });

  it('is locked when the browser starts, and opens by the passphrase only', async () => {
    await safe.change('', 'five words or more');
    const next = await profile.restart();
    expect([next.state, next.keys]).toEqual(['locked', undefined]);
    await expect(next.unlock('five words')).rejects.toMatchObject(wrong);
    expect(next.state).toBe('locked');
    await next.unlock('five words or more');
    expect([next.state, next.keys]).toEqual(['open', keys]);
    expect(openKeys(keys).vault).toHaveLength(32);
  });

  it('stays open when the browser ends the background only', async () => {
    await safe.change('', 'five words or more');
    expect((await profile.start()).keys).toEqual(keys);
  });

  it('is locked when told so, in the browser’s memory too', async () => {
    await safe.change('', 'five words or more');
    await safe.lock();
    expect([safe.state, safe.keys]).toEqual(['locked', undefined]);
    expect(await profile.session.get(null)).toEqual({});
    expect((await profile.start()).state).toBe('locked');
    await expect(safe.keep(keys)).rejects.toMatchObject({ code: 'locked' });
    await expect(safe.change('five words or more', 'other')).rejects.toMatchObject({
      code: 'locked',
    });
  });

  it('seals what is kept later under the same passphrase', async () => {
    await safe.change('', 'five words or more');
    const moved = withNewAddress(keys);
    await safe.keep(moved);
    const next = await profile.restart();
    await next.unlock('five words or more');
    expect(next.keys).toEqual(moved);
  });

  it('has another vault key and the table it seals after one write, or both as they were', async () => {
    await safe.change('', 'five words or more');
    for (const done of [false, true]) {
      profile.table = 'the table of before';
      const before = (await profile.start()).keys;
      const mortal = await profile.start();
      profile.dies = { after: 0, done };
      const seals = (key: Uint8Array) => `sealed by ${toBase64Url(key)}`;
      await expect(mortal.rekey(seals)).rejects.toThrow('died');
      profile.dies = undefined;
      const next = await profile.restart();
      await next.unlock('five words or more');
      const isNew = next.keys?.vault !== before?.vault;
      expect(isNew).toBe(done);
      expect(profile.table).toBe(
        done ? `sealed by ${next.keys?.vault ?? ''}` : 'the table of before',
      );
      expect({ ...next.keys, vault: '' }).toEqual({ ...before, vault: '' });
    }
  });

  it('never goes back to a vault key that was changed, whatever is kept meanwhile', async () => {
    const old = safe.keys?.vault;
    await Promise.all([safe.rekey(() => 'sealed'), safe.keep(withNewAddress(keys))]);
    expect(safe.keys?.vault).not.toBe(old);
    expect(safe.keys?.leaving).toBe(keys.root);
    await safe.keep({ ...keys, vault: 'restored' }, 'with its table');
    expect([safe.keys?.vault, profile.table]).toEqual(['restored', 'with its table']);
    await safe.begin(createKeys(), undefined);
    expect(profile.table).toBe(null);
  });

  it('changes no key while it is locked, nor before there is one', async () => {
    await safe.change('', 'five words or more');
    await safe.lock();
    await expect(safe.rekey(() => '')).rejects.toMatchObject({ code: 'locked' });
    const empty = await new Profile().start();
    await expect(empty.rekey(() => '')).rejects.toMatchObject({ code: 'no-identity' });
  });

  it('changes to another passphrase for who knows the one that holds', async () => {
    await safe.change('', 'the first');
    await expect(safe.change('a guess', 'the second')).rejects.toMatchObject(wrong);
    await safe.change('the first', 'the second');
    const next = await profile.restart();
    await expect(next.unlock('the first')).rejects.toMatchObject(wrong);
    await next.unlock('the second');
    expect(next.keys).toEqual(keys);
  });

  it('does without a passphrase again, for who knows it', async () => {
    await safe.change('', 'the first');
    await expect(safe.change('a guess', undefined)).rejects.toMatchObject(wrong);
    await safe.change('the first', undefined);
    expect([safe.state, profile.kept]).toEqual(['none', keys]);
    expect(await profile.session.get(null)).toEqual({});
  });

  it('says of a damaged sheet that it is damaged', async () => {
    await safe.change('', 'the first');
    profile.kept = { version: 2, sheet: 'AAAA' };
    const next = await profile.restart();
    await expect(next.unlock('the first')).rejects.toMatchObject({ code: 'data-damaged' });
  });

  const changes: [string, string, string | undefined, string[]][] = [
    ['choosing one', '', 'the second', ['the second']],
    ['changing it', 'the first', 'the second', ['the first', 'the second']],
    ['doing without', 'the first', undefined, ['the first']],
  ];
  const deaths = [0, 1].flatMap((after) => [
    { after, done: false },
    { after, done: true },
  ]);

  it.each(
    changes.flatMap(([what, now, next, opens]) =>
      deaths.map((dies) => ({ what, now, next, opens, dies })),
    ),
  )('loses nothing when $what dies at $dies', async ({ now, next, opens, dies }) => {
    if (now !== '') await safe.change('', now);
    profile.dies = { ...dies };
    await expect(safe.change(now, next)).rejects.toThrow('died');
    profile.dies = undefined;
    const after = await profile.restart();
    for (const passphrase of opens) await after.unlock(passphrase).catch(() => undefined);
    expect(after.keys).toEqual(keys);
  });

  it('begins behind a passphrase without ever having lain open', async () => {
    const fresh = new Profile();
    const first = await fresh.start();
    await first.begin(keys, 'barley comet');
    expect(onDisk(fresh)).not.toContain(keys.root);
    expect(first.state).toBe('open');
    const later = await fresh.restart();
    expect(later.state).toBe('locked');
    await later.unlock('barley comet');
    expect(later.keys).toEqual(keys);
  });
});
