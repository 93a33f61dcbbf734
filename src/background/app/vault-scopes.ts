const space = /^s[a-z2-7]{52}$/;
const address = /\.onion$/;

/** What was written with somebody, and what is being written to them. */
const withSomebody: ReadonlySet<string> = new Set(['message', 'draft']);

/** What is still to be done when a space is gone. */
const outlasting: ReadonlySet<string> = new Set(['host-erasing', 'leftover', 'restoring']);

/**
 * Under which key of its own an entry of the vault is sealed: that of the space it is about, or of the friend it was
 * written with. All else has one key together.
 */
export function scopeOf(name: string): string | undefined {
  const [kind = '', ...parts] = name.split('/');
  if (outlasting.has(kind)) return undefined;
  return parts.find((part) => space.test(part) || (withSomebody.has(kind) && address.test(part)));
}
