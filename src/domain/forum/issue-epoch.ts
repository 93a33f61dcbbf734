import { equalBytes, toHex } from '../bytes.ts';
import type { GatedDocument } from '../document/gated.ts';
import type { SignedDocument } from '../document/signed.ts';
import { makeEpoch, newLogKey } from '../forum-keys/boxes.ts';
import { nextGeneration } from '../forum-keys/epoch.ts';
import type { ForumPreKeyOffer } from '../forum-keys/pre-key.ts';
import { bytesOfName, personOf, type PersonKey } from '../membership/operation.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';
import { signForLog, type Author } from './author.ts';
import { encodeInner } from './inner.ts';
import { offersIn } from './key-words.ts';
import { isLogKeyStale, logKeyInUse, membersOf } from './log-key-in-use.ts';
import { logKeyFrom, sealForLog } from './log-key.ts';
import { epochNameOf, type EpochNode, type ForumState } from './state.ts';
import type { PrivateForum } from './view.ts';

export interface EpochIssued {
  readonly signed: SignedDocument;
  /** To be published, all of them. */
  readonly documents: readonly GatedDocument[];
}

/** Epochs made side by side that one successor names. */
const mostParents = 16;

/**
 * A new epoch for exactly the members of now: at every change of members by who decided it, after a
 * complaint, and from time to time. Newcomers have told their pre-key before they were let in (`told`);
 * of the others the log has it. `unknown-pre-key` for a member of whom neither has one; `not-the-owner` where
 * the owner admits and is somebody else.
 *
 * After a departure it changes the log key: then it is sealed under the key before it, for those who are
 * here, and under its own, by which those who come later find the older keys.
 */
export function issueEpoch(
  forum: PrivateForum,
  author: Author,
  { told = new Map(), random }: { told?: ReadonlyMap<PersonKey, ForumPreKeyOffer>; random: Random },
): Result<EpochIssued> {
  const { state, membership: view } = forum;
  const { id: spaceId, charter } = state.space;
  if ('writers' in charter && !equalBytes(author.writer.author, charter.owner)) {
    return refuse('not-the-owner');
  }
  const offers = offersIn(state, view);
  const members: { member: Uint8Array; preKey: ForumPreKeyOffer }[] = [];
  for (const member of membersOf(view)) {
    const preKey = told.get(personOf(member)) ?? offers.get(personOf(member));
    if (preKey === undefined) return refuse('unknown-pre-key');
    members.push({ member, preKey });
  }
  const inUse = logKeyInUse(state, view);
  const past = charter.mode === 'history' ? pastOf(state) : [];
  const all = [...state.epochs.values()];
  const made = makeEpoch(
    {
      spaceId,
      generation: nextGeneration(all.map(({ epoch }) => epoch)),
      members,
      past,
      ...(isLogKeyStale(inUse, state, view) ? { oldLogKey: inUse.key.secret } : {}),
    },
    random,
  );
  if (!made.ok) return made;
  const { epoch, secret, bytes } = made.value;
  const parents = lastOf(all).map(({ name }) => bytesOfName(name));
  const signed = signForLog(forum, author, { type: 'epoch', content: { e: bytes }, parents });
  if (!signed.ok) return signed;
  const log = newLogKey(epoch, secret);
  const keys = log === null ? [inUse.key] : [inUse.key, logKeyFrom(log, spaceId)];
  const inner = encodeInner({ document: signed.value });
  const documents = keys.map((key) => sealForLog(key, spaceId, inner, random));
  return accept({ signed: signed.value, documents });
}

/** The epochs that no other one names. */
function lastOf(nodes: readonly EpochNode[]): readonly EpochNode[] {
  const named = new Set(nodes.flatMap(({ parents }) => parents));
  return nodes
    .filter(({ name }) => !named.has(name))
    .toSorted((a, b) => b.epoch.generation - a.epoch.generation)
    .slice(0, mostParents);
}

const mostPast = 8;

/** The secrets to hand on: of the epochs that no other we can open hands on already. */
function pastOf({ epochs, keys }: ForumState): { id: Uint8Array; secret: Uint8Array }[] {
  const held = [...epochs.values()].filter(({ epoch }) => keys.has(epochNameOf(epoch.id)));
  const handedOn = new Set(held.flatMap(({ epoch }) => epoch.history.map(({ id }) => toHex(id))));
  return held
    .filter(({ epoch }) => !handedOn.has(toHex(epoch.id)))
    .toSorted((a, b) => b.epoch.generation - a.epoch.generation)
    .slice(0, mostPast)
    .flatMap(({ epoch: { id } }) => {
      const secret = keys.get(epochNameOf(id))?.secret ?? null;
      return secret === null ? [] : [{ id, secret }];
    });
}
