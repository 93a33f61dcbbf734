/** What stands in a text for a person: `@` and their onion address without its `.onion`. */
const pattern = /@([a-z2-7]{56})(?![a-z2-7])/g;
const suffix = '.onion';
const wordCharacters = 57;

/** The word for this person in a text. */
export function mentionOf(address: string): string {
  return `@${address.slice(0, -suffix.length)}`;
}

/** The addresses that a text names so, each once, in the order they come. Whether there are such addresses is not looked at. */
export function mentionedIn(text: string): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, host]) => `${host}${suffix}`))];
}

/** Where the next of them begins; `undefined` if there is none. */
export function startOfMention(text: string): number | undefined {
  const at = text.search(pattern);
  return at === -1 ? undefined : at;
}

/** The word that the text begins with, if it names a person. */
export function mentionAtStart(text: string): string | undefined {
  const [word] = text.slice(0, wordCharacters + 1).match(pattern) ?? [];
  return word !== undefined && text.startsWith(word) ? word : undefined;
}

/** The text with other words for people; those for whom `wordsFor` has none stay as they are. */
export function replaceMentions(
  text: string,
  wordsFor: (address: string) => string | undefined,
): string {
  return text.replaceAll(pattern, (whole, host: string) => wordsFor(`${host}${suffix}`) ?? whole);
}
