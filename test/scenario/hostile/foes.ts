import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { GatedDocument } from '../../../src/domain/document/gated.ts';
import { epochNameOf } from '../../../src/domain/forum/state.ts';
import type { PrivateForum } from '../../../src/domain/forum/view.ts';
import type { Result } from '../../../src/domain/result.ts';
import { sodiumReady } from '../../../src/domain/sodium.ts';
import { SealedSpace } from '../../../src/background/app/forums/sealed-space.ts';
import { stored } from '../../../src/background/app/self/own-spaces.ts';
import { systemClock } from '../../../src/store/clock.ts';
import { putDocuments } from '../../../src/store/documents.ts';
import { createOnionFetch } from '../../../src/sync/onion-fetch.ts';
import { type PeerClient, peerClient } from '../../../src/sync/peer-client.ts';
import { refusedInWords } from '../../../src/ui/words/refused.ts';
import { Onions } from '../../sync/onions.ts';
import { ask, befriendAll, found, post, reads } from '../forum-people.ts';
import { eventually, Household, surprises } from '../household.ts';

/** Three people of one private forum. Ben means ill, and his add-on does what he wants. */
export interface Foes {
  onions: Onions;
  ana: Household;
  ben: Household;
  cleo: Household;
  space: string;
}

/** After each story Ana and Cleo hear from each other in the forum, and nothing was thrown where nobody catches. */
export function foes(): Foes {
  const world = {} as Foes;
  beforeAll(async () => {
    await sodiumReady();
    const onions = new Onions();
    const [ana, ben, cleo] = await Promise.all([
      Household.found('Ana', onions),
      Household.found('Ben', onions),
      Household.found('Cleo', onions),
    ]);
    Object.assign(world, { onions, ana, ben, cleo });
    await befriendAll(ana, [ben, cleo]);
  }, 120_000);
  beforeEach(async () => {
    const { ana, ben, cleo } = world;
    for (const each of [ana, ben, cleo]) await ask(each).clearRefused({});
    world.space = await found(ana, [ben, cleo]);
  }, 120_000);
  afterEach(async () => {
    const { ana, cleo, space } = world;
    await post(ana, space, 'we go on');
    await reads(cleo, space, 'we go on');
    await post(cleo, space, 'so we do');
    await reads(ana, space, 'so we do');
    expect(surprises.splice(0)).toEqual([]);
  }, 120_000);
  afterAll(async () => {
    const { ana, ben, cleo, onions } = world;
    await Promise.all([ana, ben, cleo].map((person) => person.dispose()));
    await onions.close();
  });
  return world;
}

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.code);
  return result.value;
}

/** All that somebody's add-on knows of the forum, in their own hands. */
export function inside(who: Household, space: string): PrivateForum {
  const kept = who.person.forums.get(space).space;
  if (!(kept instanceof SealedSpace) || !kept.assembly) throw new Error('not in');
  return kept.assembly;
}

export function keysOf({ epoch, state }: PrivateForum) {
  const keys = epoch && state.keys.get(epochNameOf(epoch.epoch.id));
  if (!keys?.secret) throw new Error('no keys');
  return { ...keys, secret: keys.secret };
}

/** Puts it where their host serves it to the others, past their own add-on. */
export async function smuggle(
  who: Household,
  space: string,
  ...documents: readonly Pick<GatedDocument, 'json'>[]
): Promise<void> {
  const database = await who.person.context.stores.open(space);
  await putDocuments(
    database,
    documents.map(({ json }) => stored(json)),
  );
}

/** At somebody's door, as one who is known there. */
export async function atTheDoor(world: Foes, of: Household, by: Household): Promise<PeerClient> {
  const token = await by.tokenAt(of);
  const fetch = createOnionFetch({
    fetch: world.onions.fetch,
    gate: async () => true,
    clock: systemClock,
  });
  return peerClient((request) => fetch({ ...request, token }), { address: of.address });
}

/** Until so many things that `by` brought were refused for this reason at `who`'s. */
export async function counts(
  who: Household,
  by: Household,
  code: string,
  least = 1,
): Promise<void> {
  await eventually(
    `${who.name} has refused ${least} as ${code} of what ${by.name} brought, not ${JSON.stringify(who.refusedOf(by))}`,
    () => (who.refusedOf(by)[code] ?? 0) >= least,
  );
}

/** What the settings show of `by` to `who`: the petname, and the reasons by the keys of their words. */
export async function shown(who: Household, by: Household) {
  const { people } = await ask(who).refused({});
  const person = people.find(({ address }) => address === by.address);
  return person && { name: person.name, reasons: refusedInWords(person.counts) };
}
