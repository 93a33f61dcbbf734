import { tooLarge } from '../messages/http-error.ts';

/** What a text of JSON may hold, so that reading it stays in proportion to its length. */
export interface JsonBounds {
  /** Lists and objects inside each other. What walks through a document later has a stack of its own size. */
  readonly depth: number;
  /** Values in all: each costs memory of its own, `[],` about twenty times what it takes in the text. */
  readonly values: number;
}

/** The owner's, and those of clients at an open door. A second's reading at the worst. */
const ownJsonBounds: JsonBounds = { depth: 128, values: 1_000_000 };
/** Anyone else's: 2,000 documents with fifty values each are more than any of ours have. */
export const othersJsonBounds: JsonBounds = { depth: 32, values: 100_000 };

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/**
 * Refuses (413) JSON that is nested too deeply or holds too many values, in one pass and without building
 * anything. Whether it is JSON at all is for the parser to say: of what is none this may say anything.
 */
export function checkJsonBounds(text: string, bounds: JsonBounds = ownJsonBounds): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfText(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        values += 1;
        if (depth > bounds.depth) throw tooDeep(bounds.depth);
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
      case comma:
        values += 1;
        break;
      default:
    }
    if (values > bounds.values) throw tooWide(bounds.values);
  }
}

/** Where the text that begins here ends. Most texts hold no quote of their own: one search finds it. */
function endOfText(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    // An even number of them: they stand for themselves.
    if ((end - 1 - before) % 2 === 0) return end;
  }
  return text.length;
}

const tooDeep = (most: number) => tooLarge(`JSON may be nested at most ${most} levels deep.`);
const tooWide = (most: number) => tooLarge(`JSON may hold at most ${most} values in one request.`);
