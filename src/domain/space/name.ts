import { fromBase32, toBase32 } from '../bytes.ts';
import { accept, refuse, type Result } from '../result.ts';

declare const spaceName: unique symbol;

/** A space's name on the wire, which is also its database's: `s` and 52 base32 characters. */
export type SpaceName = string & { readonly [spaceName]: true };

export function spaceNameOf(spaceId: Uint8Array): SpaceName {
  return `s${toBase32(spaceId)}` as SpaceName;
}

export function parseSpaceName(text: string): Result<SpaceName> {
  if (text.length !== 53 || !text.startsWith('s')) return refuse('malformed');
  const id = fromBase32(text.slice(1));
  return id.ok ? accept(text as SpaceName) : refuse('malformed');
}

/** The 32 bytes that signatures, hashes and seals in this space are bound to. */
export function spaceIdFromName(name: SpaceName): Uint8Array {
  const id = fromBase32(name.slice(1));
  if (!id.ok) throw new TypeError('a SpaceName was made without parseSpaceName');
  return id.value;
}
