import type { Labelled } from './labels.ts';

/** What is being typed behind an `@`. */
export interface Asked {
  /** Where the `@` stands. */
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

const mostOffered = 6;
/** Petnames have blanks in them; after two, something else is being written. */
const beforeCaret = /(?:^|[\s([{"'„“‘«])@([^\s@]{0,40}(?: [^\s@]{1,40}){0,2})$/u;

/** Whom the person may be about to name, by what stands before the caret. */
export function askedAt(text: string, caret: number): Asked | undefined {
  const [, words] = beforeCaret.exec(text.slice(0, caret)) ?? [];
  if (words === undefined) return undefined;
  return { from: caret - words.length - 1, to: caret, words };
}

/** Those whose name begins so, or a word of it does; first those whose whole name does. */
export function suggestions(words: string, people: readonly Labelled[]): Labelled[] {
  const wanted = words.toLocaleLowerCase();
  const begins = ({ label }: Labelled) => label.toLocaleLowerCase().startsWith(wanted);
  const hasWord = ({ label }: Labelled) => label.toLocaleLowerCase().includes(` ${wanted}`);
  const first = people.filter(begins);
  const others = people.filter((one) => !begins(one) && hasWord(one));
  return [...first, ...others].slice(0, mostOffered);
}

/** The text with this person in place of what was typed, and where the caret is then. */
export function choosing(text: string, { from, to }: Asked, { label }: Labelled) {
  const after = text.slice(to);
  const named = `@${label}${after.startsWith(' ') ? '' : ' '}`;
  const caret = from + named.length + (after.startsWith(' ') ? 1 : 0);
  return { text: text.slice(0, from) + named + after, caret };
}
