import { concat, fromBase64, fromUtf8, toBase64, utf8 } from '../bytes.ts';
import { hkdfExpand, hkdfExtract } from '../hash.ts';
import { accept, refuse, type Result } from '../result.ts';
import { equalBytes, hmacSha256 } from '../sodium.ts';

/*
 * The header of an age file (age-encryption.org/v1): who may open it, and by what. Payloads are in
 * `payload.ts`, the two kinds of recipients that we write in `recipients.ts`.
 */

/** One way to the file key. */
export interface Stanza {
  readonly args: readonly string[];
  readonly body: Uint8Array;
}

export interface AgeHeader {
  readonly stanzas: readonly Stanza[];
  /** What the MAC is over. */
  readonly signed: Uint8Array;
  readonly mac: Uint8Array;
  /** How many bytes the header takes: the payload follows. */
  readonly length: number;
}

const intro = 'age-encryption.org/v1';
const columns = 64;
/** More than any header of ours; one that has not ended by then is none. */
const mostHeaderBytes = 16_384;
const mostStanzas = 20;
/** Visible ASCII, as all of a header is. */
const argument = /^[!-~]+$/;
const noBytes = new Uint8Array(0);

/** The header by which each of these stanzas leads to the file key. */
export function makeHeader(stanzas: readonly Stanza[], fileKey: Uint8Array): Uint8Array {
  const written = stanzas.map(({ args, body }) => {
    const text = unpadded(body);
    const lines: string[] = [];
    // The last line is the one that is not full; an empty one where all are.
    for (let at = 0; at <= text.length; at += columns) lines.push(text.slice(at, at + columns));
    return `-> ${args.join(' ')}\n${lines.join('\n')}\n`;
  });
  const signed = utf8(`${intro}\n${written.join('')}---`);
  return concat(signed, utf8(` ${unpadded(macOf(fileKey, signed))}\n`));
}

/**
 * Reads the header at the beginning of these bytes; `undefined` while it hasn't come as a whole. Refuses
 * `wrong-version` for another version of age, and `malformed` for what is no age file.
 */
export function readHeader(bytes: Uint8Array): Result<AgeHeader> | undefined {
  const head = bytes.subarray(0, mostHeaderBytes);
  const begins = utf8(intro);
  const there = Math.min(head.length, begins.length);
  if (!equalBytes(head.subarray(0, there), begins.subarray(0, there))) {
    const isAge = equalBytes(head.subarray(0, 20), begins.subarray(0, 20));
    return refuse(isAge && head.length >= 20 ? 'wrong-version' : 'malformed');
  }
  const lines: string[] = [];
  for (let at = 0; ;) {
    const end = head.indexOf(10, at);
    if (end < 0) return bytes.length < mostHeaderBytes ? undefined : refuse('malformed');
    const line = fromUtf8(head.subarray(at, end));
    if (!line.ok) return line;
    lines.push(line.value);
    if (line.value.startsWith('---')) {
      return parse(lines, head.slice(0, at + 3), end + 1);
    }
    at = end + 1;
  }
}

/** Whether this is the header that was made for this file key. */
export function isHeaderOf({ signed, mac }: AgeHeader, fileKey: Uint8Array): boolean {
  return equalBytes(mac, macOf(fileKey, signed));
}

function parse(lines: readonly string[], signed: Uint8Array, length: number): Result<AgeHeader> {
  const [first, ...rest] = lines;
  const last = rest.pop();
  if (first !== intro) return refuse('wrong-version');
  const mac = last?.startsWith('--- ') === true ? bytesOf(last.slice(4)) : undefined;
  if (mac?.length !== 32) return refuse('malformed');
  const stanzas: Stanza[] = [];
  for (let at = 0; at < rest.length;) {
    const args = rest[at]?.startsWith('-> ') === true ? rest[at]?.slice(3).split(' ') : undefined;
    if (!args || !args.every((one) => argument.test(one))) return refuse('malformed');
    at += 1;
    let text = '';
    for (let full = true; full; at += 1) {
      const line = rest[at];
      if (line === undefined || line.length > columns) return refuse('malformed');
      text += line;
      full = line.length === columns;
    }
    const body = bytesOf(text);
    if (!body || stanzas.length === mostStanzas) return refuse('malformed');
    stanzas.push({ args, body });
  }
  return stanzas.length === 0 ? refuse('malformed') : accept({ stanzas, signed, mac, length });
}

function macOf(fileKey: Uint8Array, signed: Uint8Array): Uint8Array {
  return hmacSha256(hkdfExpand(hkdfExtract(noBytes, fileKey), utf8('header'), 32), signed);
}

/** age's base64 is the standard one without padding, and canonical. */
export function unpadded(bytes: Uint8Array): string {
  return toBase64(bytes).replace(/=+$/, '');
}

export function bytesOf(text: string): Uint8Array | undefined {
  if (text.includes('=')) return undefined;
  const bytes = fromBase64(text + '='.repeat((4 - (text.length % 4)) % 4));
  return bytes.ok ? bytes.value : undefined;
}
