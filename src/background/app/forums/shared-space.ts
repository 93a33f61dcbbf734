import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import { compareBytes, fromHex, toHex } from '../../../domain/bytes.ts';
import type { GateKey } from '../../../domain/document/gated.ts';
import type { ForumState } from '../../../domain/forum/state.ts';
import type { KeyNode } from '../../../domain/membership/node.ts';
import type { Assembly } from '../../../domain/space/assembly.ts';
import { bytesOfName, type PersonKey } from '../../../domain/membership/operation.ts';
import { limits } from '../../../protocol/limits.ts';
import type { Member, SharedSpace } from '../access.ts';
import type { FriendBook } from '../friends/friend-book.ts';
import type { MemberKeys } from './member-keys.ts';
import type { KeptSpace } from './member-space.ts';
import { SealedSpace } from './sealed-space.ts';

/**
 * Whom we share a space with now that has members: its other members, and until we know them who let us in. Whom we
 * have left may still fetch from us, so that they learn of it; who has removed us has no part in ours.
 */
export function sharedSpace(
  { space, memory }: KeptSpace,
  { book, keys }: { readonly book: FriendBook; readonly keys: MemberKeys },
): SharedSpace | undefined {
  const { record } = memory;
  if (!record || record.state === 'removed') return undefined;
  const { name, assembly } = space;
  const addresses = new Map<OnionAddress, PersonKey | undefined>();
  for (const person of assembly?.membership.members ?? []) {
    if (person !== space.me) addresses.set(addressFromPublicKey(bytesOfName(person)), person);
  }
  const host = record.from === null ? undefined : book.find(record.from)?.record.address;
  if (record.state === 'catching-up' && host !== undefined && !addresses.has(host)) {
    addresses.set(host, undefined);
  }
  const members = [...addresses].flatMap(([address, person]): Member[] => {
    // What they have had to be looked up for is newer than the log.
    const device =
      keys.found(address) ??
      deviceOf(person, assembly) ??
      book.find(address)?.bundle.device ??
      keys.deviceOf(address);
    return device === undefined ? [] : [{ address, device }];
  });
  const ended = record.state === 'left';
  return space instanceof SealedSpace
    ? { name, door: 'gated', gates: lateGates(space.state), members, ended }
    : { name, door: 'signed', gates: [], members, ended };
}

/** The one that they have brought in last. */
function deviceOf(
  person: PersonKey | undefined,
  assembly: Assembly | undefined,
): Uint8Array | undefined {
  if (person === undefined || !assembly) return undefined;
  const words = assembly.membership.state.words.get(person) ?? [];
  const key = words.findLast((word): word is KeyNode => word.kind === 'key');
  const device = key && fromHex(key.device);
  return device?.ok === true ? device.value : undefined;
}

const mostLogKeys = 16;

/** A host is lent so many: those of the log, and of the latest epochs. */
function lateGates({ logKeys, keys }: ForumState): readonly GateKey[] {
  const log = [...logKeys.values()].slice(-mostLogKeys).map(({ gate }) => gate);
  const epochs = [...keys.values()]
    .toSorted((a, b) => b.generation - a.generation || compareBytes(a.id, b.id))
    .slice(0, limits.gateKeys - log.length)
    .map(({ hint, gateKey }) => ({ hint, key: gateKey }));
  return [...log, ...epochs];
}

/** Equal exactly where members, their devices, and keys are. */
export function digestOf(shared: readonly SharedSpace[]): string {
  return JSON.stringify(
    shared.map(({ name, gates, members, ended }) => [
      name,
      ended,
      gates.map(({ hint }) => toHex(hint)),
      members.map(({ address, device }) => [address, toHex(device)]),
    ]),
  );
}
