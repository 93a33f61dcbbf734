const protocols = new Set(['http:', 'https:', 'mailto:']);

export interface SafeLink {
  readonly href: string;
  /** To be shown beside the words of the link; `undefined` where the address itself is shown. */
  readonly host: string | undefined;
}

/**
 * A link that may be followed, and what a reader must see of it: nobody should be led to another place than
 * the words say. `undefined` for everything but web pages and e-mail.
 *
 * @param words what is shown as the link
 */
export function safeLink(address: string, words: string): SafeLink | undefined {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  if (!protocols.has(url.protocol)) return undefined;
  // What else a letter would be filled with, or who else would get it, no reader sees.
  if (url.protocol === 'mailto:') [url.search, url.hash] = ['', ''];
  const place = url.protocol === 'mailto:' ? url.pathname : url.host;
  if (place === '') return undefined;
  // Before an @ anything can stand that looks like a host.
  const isPlain = url.username === '' && url.password === '' && saysWhere(words, url.href, place);
  return { href: url.href, host: isPlain ? undefined : place };
}

/** Whether the words are the address, as far as a reader looks. */
function saysWhere(words: string, href: string, place: string): boolean {
  const shown = words.trim().toLowerCase();
  const bare = (text: string) => text.toLowerCase().replace(/^(https?:\/\/|mailto:)/, '');
  return (
    bare(href).startsWith(bare(shown).replace(/\/$/, '')) && bare(shown).startsWith(bare(place))
  );
}
