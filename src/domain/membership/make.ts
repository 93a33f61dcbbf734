import { compareBytes } from '../bytes.ts';
import type { ChainPosition, Writer } from '../document/chain.ts';
import { signDocument, type SignedDocument } from '../document/signed.ts';
import type { Identity } from '../identity.ts';
import type { Action } from './charter.ts';

/** What an operation does, in its author's words; lists may come in any order. */
export type Act =
  | { readonly type: 'propose'; readonly action: Action; readonly subjects: readonly Uint8Array[] }
  | { readonly type: 'vote'; readonly proposal: Uint8Array; readonly yes: boolean }
  | {
      readonly type: 'decide';
      readonly proposal: Uint8Array;
      readonly votes: readonly Uint8Array[];
      readonly quorum: number;
    }
  | { readonly type: 'leave' }
  | { readonly type: 'accept'; readonly decision: Uint8Array };

export interface OperationMaking {
  readonly spaceId: Uint8Array;
  readonly writer: Writer;
  readonly position: ChainPosition;
  /** The operation before it in this device's chain; for the first, its `key` operation. */
  readonly own: Uint8Array;
  /** The heads of what has effect (`view.heads`), at most 64. */
  readonly parents: readonly Uint8Array[];
  readonly time: number;
  readonly act: Act;
}

/** The beginning of a log: who belongs from the start, its founder included. It claims no time. */
export function makeGenesis(
  founder: Identity,
  spaceId: Uint8Array,
  members: readonly Uint8Array[],
): SignedDocument {
  return byOnion(founder, spaceId, 'genesis', [], { m: inOrder(members) });
}

/** Brings a member's device key into the log, after the operations by which they belong. */
export function makeMemberKey(
  owner: Identity,
  spaceId: Uint8Array,
  device: Uint8Array,
  parents: readonly Uint8Array[],
): SignedDocument {
  return byOnion(owner, spaceId, 'key', parents, { k: device });
}

/** An operation signed by a device, right or wrong: everybody judges it by its past. */
export function makeOperation(making: OperationMaking): SignedDocument {
  const { spaceId, writer, position, own, parents, time, act } = making;
  return signDocument({
    spaceId,
    type: act.type,
    author: writer.author,
    signer: writer.signer,
    ...position,
    parents: inOrder(parents),
    time,
    content: { o: own, ...contentOf(act) },
  });
}

function contentOf(act: Act) {
  switch (act.type) {
    case 'propose':
      return { a: act.action, s: inOrder(act.subjects) };
    case 'vote':
      return { p: act.proposal, y: act.yes };
    case 'decide':
      return { p: act.proposal, v: inOrder(act.votes), q: act.quorum };
    case 'accept':
      return { d: act.decision };
    case 'leave':
      return {};
  }
}

function byOnion(
  identity: Identity,
  spaceId: Uint8Array,
  type: 'genesis' | 'key',
  parents: readonly Uint8Array[],
  content: { readonly m: readonly Uint8Array[] } | { readonly k: Uint8Array },
): SignedDocument {
  return signDocument({
    spaceId,
    type,
    author: identity.publicKey,
    signer: identity,
    seq: 0,
    prev: null,
    parents: inOrder(parents),
    time: 0,
    content: { ...content },
  });
}

function inOrder(hashes: readonly Uint8Array[]): readonly Uint8Array[] {
  return hashes.toSorted(compareBytes);
}
