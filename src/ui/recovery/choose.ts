/** So many different places from 1 to `of`, in their order. */
export function somePositions(of: number, count: number): number[] {
  const left = Array.from({ length: of }, (_, index) => index + 1);
  const chosen = Array.from({ length: count }, () => {
    const [one = 1] = left.splice(Math.floor(Math.random() * left.length), 1);
    return one;
  });
  return chosen.toSorted((a, b) => a - b);
}

/** More would hide the form behind them. */
const mostSuggested = 6;

/** What may be meant by what has been typed so far; nothing for a single letter, or for a whole word. */
export function wordsBeginning(words: readonly string[], typed: string): string[] {
  const begin = typed.trim().toLowerCase();
  if (begin.length < 2 || words.includes(begin)) return [];
  return words.filter((word) => word.startsWith(begin)).slice(0, mostSuggested);
}
