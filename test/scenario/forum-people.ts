import type { ForumView } from '../../src/protocol/page-calls/forums.ts';
import { parseSpaceName } from '../../src/domain/space/name.ts';
import { pageHandlers, type AppHandlers } from '../../src/background/app/calls/handlers.ts';
import type { Person } from '../../src/background/app/person.ts';
import type { PageHandlers } from '../../src/background/pages/page-server.ts';
import { befriend, eventually, type Household } from './household.ts';

const noApp = (): never => {
  throw new Error('the add-on itself is not asked here');
};
const app: AppHandlers = {
  state: noApp,
  firstPage: noApp,
  recoveryWords: noApp,
  setWords: noApp,
  checkWords: noApp,
  allWords: noApp,
  setKeepsNothing: noApp,
  createIdentity: noApp,
  unlock: noApp,
  lock: noApp,
  setLockAfter: noApp,
  stillHere: noApp,
  eraseEverything: noApp,
  changePassphrase: noApp,
  retry: noApp,
  bridges: noApp,
  setBridges: noApp,
  alwaysOn: noApp,
  setAlwaysOn: noApp,
  testService: noApp,
  setPublicFace: noApp,
  setNews: noApp,
  changeAddress: noApp,
  pendingLink: noApp,
  dropPendingLink: noApp,
  backup: noApp,
  setBackupReminder: noApp,
  beginBackup: noApp,
  readBackup: noApp,
  endBackup: noApp,
  beginRestore: noApp,
  addToRestore: noApp,
  finishRestore: noApp,
  dropRestore: noApp,
};

/** What the pages of this person ask. */
export function ask({ person }: { readonly person: Person }): PageHandlers {
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

const plan = {
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

/** Until they can, and know the devices of all the others: by them members who are no friends know each other. */
export async function canWrite(people: readonly Household[], space: string): Promise<void> {
  for (const who of people) {
    await eventually(`${who.name} can write`, async () => {
      const known = (await ask(who).forums({})).some((one) => one.space === space);
      if (!known) return false;
      const { mayWrite, people: members } = await view(who, space);
      return mayWrite && members.every(({ devices }) => devices.length > 0);
    });
  }
}

export async function view(who: Household, space: string): Promise<ForumView> {
  return ask(who).forum({ space });
}

export async function post(who: Household, space: string, text: string): Promise<void> {
  const name = parseSpaceName(space);
  if (!name.ok) throw new Error('no space');
  await who.person.posting.write(text, name.value);
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

/** Votes on the proposal that waits for this person, about this one if there are several. */
export async function toVote(
  who: Household,
  space: string,
  yes: boolean,
  about?: Household,
): Promise<void> {
  const waiting = async () =>
    (await view(who, space)).proposals.filter(
      ({ mine, mayVote, people }) =>
        mine === undefined &&
        mayVote &&
        (about === undefined || people.some(({ address }) => address === about.address)),
    );
  await eventually(`${who.name} has a vote`, async () => (await waiting()).length > 0);
  const [proposal] = await waiting();
  if (proposal) await ask(who).voteOnProposal({ space, proposal: proposal.id, yes });
}

/** Waits until this person sees exactly these members. */
export async function isIn(
  who: Household,
  space: string,
  ...people: readonly Household[]
): Promise<void> {
  await eventually(
    `${who.name} sees ${people.map(({ name }) => name).join(', ')}`,
    async () => members(await view(who, space)).join() === addressesOf(...people).join(),
  );
}

export async function standing(who: Household, space: string): Promise<string | undefined> {
  return (await ask(who).forums({})).find((one) => one.space === space)?.state;
}

function members({ people }: ForumView): string[] {
  return people.map(({ address }) => address).toSorted();
}

function addressesOf(...people: readonly Household[]): string[] {
  return people.map(({ address }) => address).toSorted();
}
