import { findAddressInLink, type OnionAddress } from '../address.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import { parseSpaceName, type SpaceName } from './name.ts';

/** Where a public space can be read: which one, and at whose onion. */
export interface SpaceLink {
  /** Its owner's address, or of somebody who carries it. */
  readonly host: OnionAddress;
  readonly space: SpaceName;
}

const mark = '#n25:';

/**
 * `http://<address>.onion/#n25:<space>`. Opened in a browser it leads to that person's public page; the part behind
 * `#` never leaves the browser.
 */
export function formatSpaceLink({ host, space }: SpaceLink): string {
  return `http://${host}/${mark}${space}`;
}

/** The space that a link names. Refuses with `bad-address` or `malformed`; whether it is there isn't known by that. */
export function parseSpaceLink(text: string): Result<SpaceLink> {
  if (text.length > limits.linkCharacters) return refuse('malformed');
  const trimmed = text.trim();
  const at = trimmed.indexOf(mark);
  if (at < 0) return refuse('malformed');
  const space = parseSpaceName(trimmed.slice(at + mark.length));
  if (!space.ok) return space;
  const host = findAddressInLink(trimmed.slice(0, at));
  return host.ok ? accept({ host: host.value, space: space.value }) : host;
}
