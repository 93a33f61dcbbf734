import { decodeCbor, encodeCbor } from '../cbor.ts';
import { bytesUpTo, decodeFields, isText } from '../fields.ts';
import { accept, refuse, type Result } from '../result.ts';

/**
 * Which words stand in which texts, for some thousand texts: the words in order, and behind each the numbers of
 * the texts that have it. A value: what comes or goes makes another one.
 */
export interface Segment {
  /** The texts by their names; a text's number is its place here. */
  readonly keys: readonly string[];
  /** All words in order, each with a line's end behind it: one string takes a tenth of what many do. */
  readonly terms: string;
  /** Where each word begins, and where the last one ends. */
  readonly termAt: Uint32Array;
  /** Where the numbers of each word's texts begin. */
  readonly numbersAt: Uint32Array;
  /** Of each word how many texts have it and their numbers, each as its distance from the one before, seven bits a byte. */
  readonly numbers: Uint8Array;
}

/** In one segment; it is written anew as a whole. */
export const textsInSegment = 4_096;

const mostBytes = 67_108_864;

export const emptySegment: Segment = makeSegment([], new Map());

/** `segment` without some of its texts, and with others. Of those that are there already nothing changes. */
export function changeSegment(
  segment: Segment,
  removed: ReadonlySet<string>,
  added: ReadonlyMap<string, ReadonlySet<string>>,
): Segment {
  const keys: string[] = [];
  /** The numbers that texts have now, by those they had. */
  const now = segment.keys.map((key) => (removed.has(key) ? -1 : keys.push(key) - 1));
  const byTerm = new Map<string, number[]>();
  for (let at = 0; at < segment.numbersAt.length; at++) {
    const numbers: number[] = [];
    eachNumber(segment, at, (old) => {
      const number = now[old] ?? -1;
      if (number >= 0) numbers.push(number);
    });
    if (numbers.length > 0) byTerm.set(termOf(segment, at), numbers);
  }
  const there = new Set(keys);
  for (const [key, terms] of added) {
    if (there.has(key)) continue;
    const number = keys.push(key) - 1;
    for (const term of terms) {
      const numbers = byTerm.get(term);
      if (numbers) numbers.push(number);
      else byTerm.set(term, [number]);
    }
  }
  return makeSegment(keys, byTerm);
}

/** The texts that have, for each of `wanted`, a word that begins so. */
export function findInSegment(segment: Segment, wanted: readonly string[]): string[] {
  if (wanted.length === 0) return [];
  const counts = new Uint8Array(segment.keys.length);
  wanted.forEach((term, index) => {
    for (let at = firstFrom(segment, term); at < segment.numbersAt.length; at++) {
      if (!segment.terms.startsWith(term, segment.termAt[at])) break;
      eachNumber(segment, at, (number) => {
        if (counts[number] === index) counts[number] = index + 1;
      });
    }
  });
  return segment.keys.filter((_, number) => counts[number] === wanted.length);
}

export function encodeSegment({ keys, terms, numbers }: Segment): Uint8Array {
  return encodeCbor({ k: keys.join('\n'), t: terms, n: numbers });
}

export function decodeSegment(bytes: Uint8Array): Result<Segment> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  const fields = decodeFields(cbor.value, { k: isText, t: isText, n: bytesUpTo(mostBytes) });
  if (!fields.ok) return fields;
  const { k, t: terms, n: numbers } = fields.value;
  const keys = k === '' ? [] : k.split('\n');
  const starts = [0];
  for (let end = terms.indexOf('\n'); end >= 0; end = terms.indexOf('\n', end + 1)) {
    starts.push(end + 1);
  }
  if (starts.at(-1) !== terms.length) return refuse('malformed');
  const places: number[] = [];
  let at = 0;
  for (let term = 0; term < starts.length - 1; term++) {
    places.push(at);
    let greatest = -1;
    const end = readNumbers(numbers, at, (number) => {
      greatest = Math.max(greatest, number);
    });
    if (end === undefined || greatest >= keys.length) return refuse('malformed');
    at = end;
  }
  if (at !== numbers.length) return refuse('malformed');
  const termAt = Uint32Array.from(starts);
  return accept({ keys, terms, termAt, numbersAt: Uint32Array.from(places), numbers });
}

function makeSegment(
  keys: readonly string[],
  byTerm: ReadonlyMap<string, readonly number[]>,
): Segment {
  const sorted = [...byTerm].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const termAt = new Uint32Array(sorted.length + 1);
  const numbersAt = new Uint32Array(sorted.length);
  const bytes: number[] = [];
  let end = 0;
  sorted.forEach(([term, numbers], index) => {
    termAt[index] = end;
    end += term.length + 1;
    numbersAt[index] = bytes.length;
    writeNumber(bytes, numbers.length);
    let before = 0;
    for (const number of numbers) {
      writeNumber(bytes, number - before);
      before = number;
    }
  });
  termAt[sorted.length] = end;
  const terms = sorted.map(([term]) => `${term}\n`).join('');
  return { keys, terms, termAt, numbersAt, numbers: Uint8Array.from(bytes) };
}

function termOf({ terms, termAt }: Segment, at: number): string {
  return terms.slice(termAt[at], (termAt[at + 1] ?? 1) - 1);
}

/** The place of the first word that isn't before this one. */
function firstFrom(segment: Segment, term: string): number {
  let [low, high] = [0, segment.numbersAt.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (termOf(segment, middle) < term) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Calls back with each text that has a word; no list is made of them, as there are millions. */
function eachNumber({ numbers, numbersAt }: Segment, at: number, found: (number: number) => void) {
  readNumbers(numbers, numbersAt[at] ?? 0, found);
}

/** Where they end; `undefined` if the bytes do before. */
function readNumbers(
  bytes: Uint8Array,
  from: number,
  found: (number: number) => void,
): number | undefined {
  let at = from;
  let left = -1;
  let number = 0;
  while (left !== 0) {
    let value = 0;
    let factor = 1;
    let byte = 0x80;
    while (byte >= 0x80) {
      const next = bytes[at];
      if (next === undefined || factor > 2 ** 28) return undefined;
      byte = next;
      value += (byte & 0x7f) * factor;
      factor *= 128;
      at += 1;
    }
    if (left < 0) left = value;
    else {
      number += value;
      found(number);
      left -= 1;
    }
  }
  return at;
}

function writeNumber(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
