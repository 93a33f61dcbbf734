import { CodedError } from '../../src/protocol/codes.ts';

/**
 * Reads a quoted string of the control protocol that begins at `start` (control-spec, QuotedString:
 * backslash escapes and octal bytes). Throws CodedError `malformed` when there is none.
 */
function readQuoted(text: string, start: number): { value: string; end: number } {
  const match = /^"((?:[^"\\]|\\.)*)"/.exec(text.slice(start));
  if (match === null) throw new CodedError('malformed', 'quoted string');
  const [whole, inner = ''] = match;
  const bytes = inner.replace(/\\([0-3][0-7]{2}|.)/g, (_, escaped: string) => {
    if (/^\d{3}$/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8));
    return { n: '\n', t: '\t', r: '\r' }[escaped] ?? escaped;
  });
  // The line was read byte by byte; what is quoted (a path) is UTF-8.
  return { value: Buffer.from(bytes, 'latin1').toString('utf8'), end: start + whole.length };
}

/** `KEY=value KEY="quoted value"` as a map; words without `=` are skipped. */
export function keywordValues(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const word = /^ *([^ =]+)(=?)/.exec(text.slice(at));
    if (word === null) break;
    const [whole, key = '', equals] = word;
    at += whole.length;
    if (equals === '') continue;
    if (text[at] === '"') {
      const { value, end } = readQuoted(text, at);
      values.set(key, value);
      at = end;
    } else {
      const value = /^[^ ]*/.exec(text.slice(at))?.[0] ?? '';
      values.set(key, value);
      at += value.length;
    }
  }
  return values;
}

/** The strings of a space-separated list of quoted strings, as `GETINFO net/listeners/socks` gives it. */
export function quotedList(text: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < text.length;) {
    const { value, end } = readQuoted(text, at);
    values.push(value);
    at = end;
    while (text[at] === ' ') at += 1;
  }
  return values;
}

/** A value that is quoted only when it must be, as GETCONF gives them. */
export function unquote(text: string): string {
  return text.startsWith('"') ? readQuoted(text, 0).value : text;
}
