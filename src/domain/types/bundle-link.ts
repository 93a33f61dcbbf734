import type { OnionAddress } from '../address.ts';
import { fromBase64, fromUtf8, toBase64, utf8 } from '../bytes.ts';
import { limits } from '../limits.ts';
import { refuse, type Result } from '../result.ts';
import type { SignedDocumentJson } from '../document/envelope.ts';
import { openBundle, type KeyBundle } from './bundle.ts';

const prefix = 'data:application/json;base64,';

/** The `href` of a public page's `<link rel="network25">`: the whole bundle, so that reading it asks nobody. */
export function bundleLink(document: SignedDocumentJson): string {
  return prefix + toBase64(utf8(JSON.stringify(document)));
}

/** The bundle in such an `href`, if it is of the address the page was fetched from. */
export function openBundleLink(href: string, owner: OnionAddress): Result<KeyBundle> {
  if (!href.startsWith(prefix)) return refuse('malformed');
  if (href.length > limits.linkBundleCharacters) return refuse('too-large');
  const bytes = fromBase64(href.slice(prefix.length));
  if (!bytes.ok) return bytes;
  const text = fromUtf8(bytes.value);
  if (!text.ok) return text;
  const json = parseJson(text.value);
  return json.ok ? openBundle(json.value, owner) : json;
}

function parseJson(text: string): Result<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return refuse('malformed');
  }
}
