/** Enough of an onion address to tell it from another at a glance; the whole is always one click away. */
export function shortAddress(address: string): string {
  const letters = address.replace(/\.onion$/, '');
  if (letters.length <= 14) return address;
  return `${letters.slice(0, 8)}…${letters.slice(-4)}.onion`;
}

/** The 56 letters in groups of eight, for the eye; the ending belongs to the last. */
export function addressGroups(address: string): string[] {
  const letters = address.replace(/\.onion$/, '');
  return (letters.match(/.{1,8}/g) ?? []).map((group, index, all) =>
    index === all.length - 1 ? `${group}.onion` : group,
  );
}
