/** Of a longer word only the beginning is looked at: nobody types more, and an address is no word. */
const mostUnits = 40;

/** A piece of a text: one word, or one sign of a script that writes words without spaces between them. */
interface Piece {
  readonly start: number;
  readonly end: number;
  /** As it is compared: without case, accents, points and ligatures. */
  readonly word: string;
  readonly isSign: boolean;
}

const words = /[\p{L}\p{N}\p{M}]+/gu;
const signScripts =
  '\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}';
/** A sign with the marks that stand on it, or what is between such signs. */
const parts = new RegExp(`[${signScripts}]\\p{M}*|[^${signScripts}]+`, 'gu');
const isSign = new RegExp(`^[${signScripts}]`, 'u');

/** Accents, Hebrew points, Arabic vowel signs and the stroke that only stretches; what other scripts need to be read stays. */
const accents = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/gu;
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
};

/** Two texts that are to be found by each other fold to the same. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(accents, '')
    .toLowerCase()
    .replace(accents, '')
    .replace(/[ßæœøłđðþıς]/gu, (letter) => letters[letter] ?? letter);
}

/** The words of a text, each with its place. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (const { 0: run, index } of text.matchAll(words)) {
    for (const { 0: part, index: offset } of run.matchAll(parts)) {
      const word = folded(part).slice(0, mostUnits);
      const start = index + offset;
      if (word !== '')
        pieces.push({ start, end: start + part.length, word, isSign: isSign.test(part) });
    }
  }
  return pieces;
}

/**
 * What a text is found by: its words, and each two signs that follow each other. The last sign of a row stands
 * alone, so that every sign begins one of them.
 */
export function termsOf(text: string): Set<string> {
  const pieces = piecesOf(text);
  return new Set(pieces.map((piece, index) => termAt(piece, pieces[index + 1])));
}

/** What has to be among a text's terms, as the beginning of one, so that it is found. */
export function wantedTerms(query: string): string[] {
  const pieces = piecesOf(query);
  const wanted = pieces.flatMap((piece, index) => {
    const before = pieces[index - 1];
    // The sign before has taken it along.
    const isTaken = before !== undefined && piece.isSign && !isAlone(before, piece);
    const next = pieces[index + 1];
    return isTaken && isAlone(piece, next) ? [] : [termAt(piece, next)];
  });
  return [...new Set(wanted)];
}

/** A text in pieces, those that a query found marked. */
export interface Marked {
  readonly text: string;
  readonly hit: boolean;
}

/** So many characters before the first find tell what it is about. */
const charactersBefore = 60;

/** The part of a text where a query found it, of so many characters at most. */
export function excerptOf(text: string, query: string, most: number): Marked[] {
  const wanted = wantedTerms(query);
  const pieces = piecesOf(text);
  const hits = pieces.filter((piece, index) => {
    const before = pieces[index - 1];
    const terms = [termAt(piece, pieces[index + 1])];
    if (before && !isAlone(before, piece)) terms.push(termAt(before, piece));
    return terms.some((term) => wanted.some((one) => term.startsWith(one)));
  });
  const first = hits[0]?.start ?? 0;
  const from = first <= charactersBefore ? 0 : wordStart(text, first - charactersBefore);
  const to = text.length - from <= most ? text.length : wordEnd(text, from + most);
  const marked: Marked[] = [];
  const add = (start: number, end: number, hit: boolean) => {
    if (end > start) marked.push({ text: text.slice(start, end), hit });
  };
  if (from > 0) marked.push({ text: '… ', hit: false });
  let at = from;
  for (const { start, end } of hits.filter((hit) => hit.end <= to)) {
    add(at, start, false);
    add(start, end, true);
    at = end;
  }
  add(at, to, false);
  if (to < text.length) marked.push({ text: ' …', hit: false });
  return marked;
}

function isAlone(piece: Piece, next: Piece | undefined): boolean {
  return !piece.isSign || next?.isSign !== true || next.start !== piece.end;
}

function termAt(piece: Piece, next: Piece | undefined): string {
  return isAlone(piece, next) ? piece.word : `${piece.word}${next?.word ?? ''}`;
}

function wordStart(text: string, at: number): number {
  const space = text.slice(0, at).search(/\s\S*$/u);
  return at - space > 20 || space < 0 ? wholeSign(text, at) : space + 1;
}

function wordEnd(text: string, at: number): number {
  const space = text.slice(at - 20, at).search(/\s\S*$/u);
  return space < 0 ? wholeSign(text, at) : at - 20 + space;
}

/** Not between the two halves of one. */
function wholeSign(text: string, at: number): number {
  return /^[\udc00-\udfff]/u.test(text.slice(at)) ? at - 1 : at;
}
