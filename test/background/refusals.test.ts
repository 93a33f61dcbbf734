import { beforeEach, describe, expect, it } from 'vitest';
import { Refusals } from '../../src/background/app/refused/refusals.ts';
import type { Refusal } from '../../src/domain/refusal.ts';
import { parseSpaceName, type SpaceName } from '../../src/domain/space/name.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import type { Json, Vault } from '../../src/store/ports.ts';

/** Holds what it is given. */
function vaultOf(kept: Map<string, Json>): Vault {
  return {
    get: (name) => kept.get(name),
    entries: (prefix) => [...kept].filter(([name]) => name.startsWith(prefix)),
    async put(name, value) {
      kept.set(name, value);
    },
    async putMany(changes) {
      for (const [name, value] of changes) {
        if (value === undefined) kept.delete(name);
        else kept.set(name, value);
      }
    },
    async remove(name) {
      kept.delete(name);
    },
    finishPurges: async () => undefined,
  };
}

const space = nameOf('a');
const [ben, cleo] = ['b', 'c'].map((letter) => `${letter.repeat(56)}.onion`) as [string, string];
let kept: Map<string, Json>;
let waiting: (() => void)[];
let told: number;
let now: number;

function nameOf(letter: string): SpaceName {
  const name = parseSpaceName(`s${letter.repeat(52)}`);
  if (!name.ok) throw new Error(name.code);
  return name.value;
}

const open = (): Refusals =>
  new Refusals({
    vault: vaultOf(kept),
    now: () => now,
    after: (_, run) => waiting.push(run),
    changed: () => (told += 1),
    failed: (error) => {
      throw error;
    },
  });

const countsOf = (refusals: Refusals, by?: string) =>
  refusals.view(() => undefined).people.find(({ address }) => address === by)?.counts;

const found = (...ids: string[]) => ({
  name: space,
  refused: new Map<string, Refusal>(ids.map((id) => [id, 'wrong-author'])),
});

beforeEach(async () => {
  await sodiumReady();
  kept = new Map();
  waiting = [];
  [told, now] = [0, 1_000];
});

describe('what was refused', () => {
  it('is counted by who brought it, and written down once in a while', async () => {
    const refusals = open();
    refusals.note('too-large', { by: ben });
    now = 2_000;
    refusals.note('too-large', { by: ben, count: 9 });
    refusals.note('bad-signature', { by: ben });
    refusals.note('malformed');
    expect(told).toBe(0);
    expect(waiting).toHaveLength(1);
    waiting[0]?.();
    await refusals.save();
    const { people } = open().view((address) => (address === ben ? 'Ben' : undefined));
    expect(people).toEqual([
      {
        address: ben,
        name: 'Ben',
        since: 1_000,
        last: 2_000,
        counts: { 'too-large': 10, 'bad-signature': 1 },
      },
      { since: 2_000, last: 2_000, counts: { malformed: 1 } },
    ]);
    expect(told).toBe(1);
  });

  it('holds no word of a peer’s, and forgets when it is told to', async () => {
    const refusals = open();
    refusals.note('click http://evil.example', { by: ben });
    expect(countsOf(refusals, ben)).toEqual({ unknown: 1 });
    await refusals.clear();
    expect(refusals.view(() => undefined).people).toEqual([]);
    expect(open().view(() => undefined).people).toEqual([]);
  });

  it('of so many people that nobody could read it is put together, the longest silent first', async () => {
    const refusals = open();
    refusals.note('malformed', { by: ben });
    for (let index = 0; index < 150; index += 1) {
      now += 1;
      refusals.note('malformed', { by: `${String(index).padStart(56, 'x')}.onion` });
    }
    await refusals.save();
    for (const each of [refusals, open()]) {
      expect(each.view(() => undefined).people.length).toBeLessThanOrEqual(101);
      expect(countsOf(each, ben)).toBeUndefined();
      const all = each.view(() => undefined).people.flatMap(({ counts }) => Object.values(counts));
      expect(all.reduce((sum, count) => sum + count, 0)).toBe(151);
    }
  });

  it('and lies in a database counts once, whoever brings it again, and not when it is read anew', async () => {
    const refusals = open();
    refusals.fetched(ben, space, ['e1']);
    refusals.note('undecryptable', { by: ben, document: 'e1' });
    refusals.note('undecryptable', { by: ben, document: 'e1' });
    refusals.fetched(cleo, space, ['e1']);
    refusals.note('undecryptable', { by: ben, document: 'e1' });
    // What is read before it is known to have come counts once that is known.
    refusals.note('undecryptable', { by: ben, document: 'e2' });
    expect(countsOf(refusals, ben)).toEqual({ undecryptable: 1 });
    refusals.brought({ address: ben, space, taken: ['e2'], refused: {} });
    expect(countsOf(refusals, ben)).toEqual({ undecryptable: 2 });
    await refusals.save();
    const next = open();
    next.note('undecryptable', { by: ben, document: 'e1' });
    expect(countsOf(next, ben)).toEqual({ undecryptable: 2 });
    expect(countsOf(next, cleo)).toBeUndefined();
  });

  it('inside a space is asked of who brought the document, or of who alone brought something', () => {
    const refusals = open();
    // From before this start.
    refusals.look(found('old'));
    refusals.fetched(ben, space, ['e1', 'e2']);
    refusals.look(found('old', 'e1', 'inner'));
    expect(countsOf(refusals, ben)).toEqual({ 'wrong-author': 2 });
    refusals.look(found('old', 'e1', 'inner'));
    expect(countsOf(refusals, ben)).toEqual({ 'wrong-author': 2 });
    refusals.look(found('old', 'e1', 'inner'));
    refusals.fetched(ben, space, ['e3']);
    refusals.fetched(cleo, space, ['e4']);
    refusals.look(found('old', 'e1', 'inner', 'another'));
    expect(countsOf(refusals, ben)).toEqual({ 'wrong-author': 2 });
    expect(countsOf(refusals, cleo)).toBeUndefined();
    expect(countsOf(refusals)).toEqual({ 'wrong-author': 1 });
  });

  it('inside a space may be found a moment before it is known who brought it', () => {
    const refusals = open();
    refusals.look(found());
    refusals.look(found('inner'));
    expect(countsOf(refusals, ben)).toBeUndefined();
    refusals.fetched(ben, space, ['e1']);
    expect(countsOf(refusals, ben)).toEqual({ 'wrong-author': 1 });
    refusals.look(found('inner'));
    expect(countsOf(refusals, ben)).toEqual({ 'wrong-author': 1 });
  });
});
