import { compareBytes, toHex } from '../bytes.ts';
import type { ChainPosition, Writer } from '../document/chain.ts';
import { signDocument, type SignedDocument } from '../document/signed.ts';
import { bytesOfName, personOf, type OperationName } from '../membership/operation.ts';
import type { MembershipView } from '../membership/view.ts';
import type { CborMap } from '../cbor.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Assembly } from '../space/assembly.ts';
import type { GatedDocument } from '../document/gated.ts';
import type { Random } from '../sodium.ts';
import { encodeInner } from './inner.ts';
import { logKeyInUse } from './log-key-in-use.ts';
import { sealForLog } from './log-key.ts';
import type { PrivateForum } from './view.ts';

/** Who writes next, and where in their device's chain. */
export interface Author {
  readonly writer: Writer;
  readonly position: ChainPosition;
  readonly time: number;
}

/**
 * What a member's document names, so that everybody sees that they belong: the operations that the
 * membership of now rests on, and the one that brought the device in. `uncertified-key` without one.
 */
export function membershipParents(
  view: MembershipView,
  { author, signer }: Writer,
): Result<readonly Uint8Array[]> {
  const device = toHex(signer.publicKey);
  const words = view.state.words.get(personOf(author)) ?? [];
  const key = words.findLast((word) => word.kind === 'key' && word.device === device);
  if (key === undefined) return refuse('uncertified-key');
  const names = new Set<OperationName>([key.name, ...view.heads.map(({ name }) => name)]);
  return accept([...names].map(bytesOfName).toSorted(compareBytes));
}

/** A document of the log, signed: an epoch, a complaint, a pre-key or a farewell. */
export function signForLog(
  { state, membership }: Pick<Assembly, 'state' | 'membership'>,
  { writer, position, time }: Author,
  what: {
    readonly type: 'epoch' | 'complaint' | 'pre-key' | 'farewell';
    readonly content: CborMap;
    readonly parents?: readonly Uint8Array[];
  },
): Result<SignedDocument> {
  const { type, content, parents = [] } = what;
  const named = membershipParents(membership, writer);
  if (!named.ok) return named;
  return accept(
    signDocument({
      spaceId: state.space.id,
      type,
      author: writer.author,
      signer: writer.signer,
      ...position,
      parents: [...named.value, ...parents].toSorted(compareBytes),
      time,
      content,
    }),
  );
}

/** Any document of the log, as it is stored: under the key in use. */
export function sealLogDocument(
  forum: PrivateForum,
  document: SignedDocument,
  random: Random,
): GatedDocument {
  const { state, membership } = forum;
  const { key } = logKeyInUse(state, membership);
  return sealForLog(key, state.space.id, encodeInner({ document }), random);
}
