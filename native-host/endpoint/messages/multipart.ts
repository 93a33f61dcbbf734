import { utf8 } from '../../../src/domain/bytes.ts';
import { asBytes } from '../../bytes.ts';
import { badRequest } from './http-error.ts';

export interface Part {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const mostParts = 1_000;
const mostHeadBytes = 4_096;

/** The boundary of a `multipart/related` body; `undefined` for any other type. */
export function relatedBoundary(contentType: string | undefined): string | undefined {
  const found =
    /^multipart\/related\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(
      contentType ?? '',
    );
  return found?.[1] ?? found?.[2];
}

/** A body's parts, in order. Nothing is looked for inside them. */
export function parseMultipart(body: Uint8Array, boundary: string): Part[] {
  const bytes = Buffer.concat([utf8('\r\n'), body]);
  const delimiter = `\r\n--${boundary}`;
  const parts: Part[] = [];
  let at = bytes.indexOf(delimiter);
  for (;;) {
    if (at === -1) throw malformed();
    const head = at + delimiter.length;
    if (bytes.toString('latin1', head, head + 2) === '--') return parts;
    const headEnd = bytes.indexOf('\r\n\r\n', head);
    if (headEnd === -1 || headEnd - head > mostHeadBytes || parts.length >= mostParts) {
      throw malformed();
    }
    const next = bytes.indexOf(delimiter, headEnd + 4);
    if (next === -1) throw malformed();
    const headers = parseHead(bytes.toString('utf8', head, headEnd));
    parts.push({ headers, body: asBytes(bytes.subarray(headEnd + 4, next)) });
    at = next;
  }
}

function parseHead(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0)
      headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

const malformed = () => badRequest('The body is no whole multipart message.');

/** A multipart body of these parts. */
export function joinMultipart(boundary: string, parts: readonly Part[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const { headers, body } of parts) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    pieces.push(utf8(`--${boundary}\r\n${lines.join('')}\r\n`), body, utf8('\r\n'));
  }
  pieces.push(utf8(`--${boundary}--\r\n`));
  return asBytes(Buffer.concat(pieces));
}
