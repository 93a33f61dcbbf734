import { decodeCbor, encodeCbor } from '../cbor.ts';
import { bytesOf, decodeFieldsWithOptional, isHash, oneOf, textOf } from '../fields.ts';
import { hashFor } from '../hash.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';
import { spaceNameOf, type SpaceName } from './name.ts';

/**
 * What a space is. Its name is the hash of these bytes, so a space certifies itself. Profile and inbox
 * hold nothing random: who knows an address knows where to look. The others hold a salt.
 */
export type Charter =
  | { readonly kind: 'profile' | 'inbox'; readonly owner: Uint8Array }
  | {
      readonly kind: 'blog';
      readonly owner: Uint8Array;
      readonly title: string;
      readonly salt: Uint8Array;
    };

export interface Space {
  readonly id: Uint8Array;
  readonly name: SpaceName;
}

export interface CharteredSpace extends Space {
  readonly charter: Charter;
}

const saltBytes = 16;

export function encodeCharter(charter: Charter): Uint8Array {
  const common = { k: charter.kind, o: charter.owner };
  return encodeCbor(
    charter.kind === 'blog' ? { ...common, t: charter.title, s: charter.salt } : common,
  );
}

export function decodeCharter(bytes: Uint8Array): Result<Charter> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFieldsWithOptional(
    cbor.value,
    { k: oneOf('profile', 'inbox', 'blog'), o: isHash },
    { t: textOf(limits.titleCharacters), s: bytesOf(saltBytes) },
  );
  if (!fields.ok) return fields;
  const { k: kind, o: owner, t: title, s: salt } = fields.value;
  if (kind === 'blog') {
    return title === undefined || salt === undefined
      ? refuse('malformed')
      : accept({ kind, owner, title, salt });
  }
  return title === undefined && salt === undefined ? accept({ kind, owner }) : refuse('malformed');
}

function spaceIdOf(charter: Charter): Uint8Array {
  return hashFor('charter', encodeCharter(charter));
}

/** Where a person's key bundle and profile are: anyone who knows the address can work it out. */
export function profileSpace(owner: Uint8Array): CharteredSpace {
  return chartered({ kind: 'profile', owner });
}

/** Where strangers leave what is sealed to this person. */
export function inboxSpace(owner: Uint8Array): CharteredSpace {
  return chartered({ kind: 'inbox', owner });
}

/** A new public blog of this owner; the same title twice gives two spaces. */
export function blogSpace(owner: Uint8Array, title: string, random: Random): CharteredSpace {
  return chartered({ kind: 'blog', owner, title, salt: random(saltBytes) });
}

function chartered(charter: Charter): CharteredSpace {
  const id = spaceIdOf(charter);
  return { id, name: spaceNameOf(id), charter };
}
