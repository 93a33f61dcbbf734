import type { ForumView } from '../../src/protocol/page-calls/forums.ts';
import { parseSpaceName } from '../../src/domain/space/name.ts';
import { pageHandlers, type AppHandlers } from '../../src/background/app/calls/handlers.ts';
import type { PageHandlers } from '../../src/background/pages/page-server.ts';
import { befriend, eventually, type Household } from './household.ts';

const noApp = (): never => {
  throw new Error('the add-on itself is not asked here');
};
const app: AppHandlers = {
  state: noApp,
  createIdentity: noApp,
  retry: noApp,
  bridges: noApp,
  setBridges: noApp,
  alwaysOn: noApp,
  setAlwaysOn: noApp,
  testService: noApp,
  setPublicFace: noApp,
  changeAddress: noApp,
  pendingLink: noApp,
  dropPendingLink: noApp,
};

/** What the pages of this person ask. */
export function ask({ person }: Household): PageHandlers {
  return pageHandlers(app, () => person);
}

/** Everybody becomes a friend of the first. */
export async function befriendAll(first: Household, others: readonly Household[]): Promise<void> {
  for (const other of others) await befriend(first, other);
}

/** Says yes to the one space that this person is asked to join. */
export async function agree(who: Household, space: string): Promise<void> {
  await eventually(`${who.name} is asked`, async () =>
    (await ask(who).spaceAsks({})).some((one) => one.space === space),
  );
  await ask(who).answerSpaceAsk({ space, yes: true });
}

export const plan = {
  kind: 'private-forum',
  title: 'The plot',
  rule: 'majority',
  mode: 'history',
  dormancy: false,
} as const;

/** A forum of these people, in which everybody can write. */
export async function found(
  founder: Household,
  others: readonly Household[],
  rules: Partial<{ mode: 'history' | 'ephemeral'; rule: 'majority' | 'two-thirds' }> = {},
): Promise<string> {
  const founders = others.map(({ address }) => address);
  const { space } = await ask(founder).foundForum({ ...plan, ...rules, founders });
  for (const other of others) await agree(other, space);
  await canWrite([founder, ...others], space);
  return space;
}

export async function canWrite(people: readonly Household[], space: string): Promise<void> {
  for (const who of people) {
    await eventually(`${who.name} can write`, async () => {
      const [item] = (await ask(who).forums({})).filter((one) => one.space === space);
      return item?.mayWrite === true && item.members > 0;
    });
  }
}

export async function view(who: Household, space: string): Promise<ForumView> {
  return ask(who).forum({ space });
}

export async function post(who: Household, space: string, text: string): Promise<void> {
  const name = parseSpaceName(space);
  if (!name.ok) throw new Error('no space');
  await who.person.writePost(text, name.value);
}

export async function texts(who: Household, space: string): Promise<string[]> {
  const { posts } = await who.person.feed.page({ space, limit: 100 });
  return posts.map(({ text }) => text);
}

export async function reads(who: Household, space: string, text: string): Promise<void> {
  await eventually(`${who.name} reads “${text}”`, async () =>
    (await texts(who, space)).includes(text),
  );
}

export function members({ people }: ForumView): string[] {
  return people.map(({ address }) => address).toSorted();
}

export function addressesOf(...people: readonly Household[]): string[] {
  return people.map(({ address }) => address).toSorted();
}
