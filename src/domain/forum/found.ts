import type { Identity } from '../identity.ts';
import { makeGenesis } from '../membership/make.ts';
import { bytesOfName } from '../membership/operation.ts';
import type { SignedDocument } from '../document/signed.ts';
import type { Invitation } from '../space/invitation.ts';
import { makeCharterDocument } from '../types/charter.ts';
import type { GatedDocument } from '../document/gated.ts';
import type { Random } from '../sodium.ts';
import { encodeInner } from './inner.ts';
import { logKeyInUse } from './log-key-in-use.ts';
import { logKeyFrom, sealForLog } from './log-key.ts';
import type { ForumState } from './state.ts';
import type { PrivateForum } from './view.ts';

export interface ForumFounded {
  /** For the founder, too: everybody begins with one. */
  readonly invitation: Invitation;
  readonly genesis: SignedDocument;
  /** Charter and genesis, sealed under the first log key. */
  readonly documents: readonly GatedDocument[];
}

/** The beginning of a sealed space: who founds it has chosen the first members. */
export function foundForum(
  founder: Identity,
  {
    space,
    members,
  }: { readonly space: ForumState['space']; readonly members: readonly Uint8Array[] },
  random: Random,
): ForumFounded {
  const invitation = { space, logKeys: [random(32)], anchor: null, snapshot: null };
  return { invitation, ...beginningOf(founder, { invitation, members }, random) };
}

/** The first documents again, as they are or would have been published: signed the same each time. */
export function beginningOf(
  founder: Identity,
  {
    invitation: { space, logKeys },
    members,
  }: { readonly invitation: Invitation; readonly members: readonly Uint8Array[] },
  random: Random,
): Omit<ForumFounded, 'invitation'> {
  const [secret] = logKeys;
  if (secret === undefined) throw new TypeError('a sealed space begins with a log key');
  const key = logKeyFrom(secret, space.id);
  const genesis = makeGenesis(founder, space.id, members);
  const documents = [makeCharterDocument(founder, space), genesis].map((document) =>
    sealForLog(key, space.id, encodeInner({ document }), random),
  );
  return { genesis, documents };
}

/** What a newcomer is told once they are let in: the log's keys, the one in use first, and what is final. */
export function inviteTo({ state, membership: view }: PrivateForum): Invitation {
  const { key } = logKeyInUse(state, view);
  const others = [...state.logKeys.values()].filter(({ secret }) => secret !== key.secret);
  const { final } = view;
  return {
    space: state.space,
    logKeys: [key, ...others.toReversed()].map(({ secret }) => secret),
    anchor: final.kind === 'genesis' ? null : bytesOfName(final.name),
    snapshot: null,
  };
}
