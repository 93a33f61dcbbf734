import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import * as v from 'valibot';
import { asBytes } from '../../bytes.ts';
import { badRequest, HttpError, tooLarge } from './http-error.ts';
import { checkJsonBounds, type JsonBounds } from '../limits/json-bounds.ts';
import type { EndpointRequest } from './message.ts';

export function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? '');
}

/**
 * The request's JSON. Refuses a body over the limit before all of it is read, another content type
 * (so that no web page can send one without asking first), and what is no JSON in UTF-8.
 */
export async function readJson(request: EndpointRequest, mostBytes: number): Promise<unknown> {
  if (!isJson(request.headers['content-type'])) {
    throw new HttpError(415, 'bad_content_type', 'Content-Type must be application/json.');
  }
  return parseJson(await readBytes(request, mostBytes), request.bounds?.json);
}

/** An object, with whatever is in it; a list is none. */
export const objectSchema = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** The request's JSON as this schema has it; `expected` is said when it is another. */
export async function readBody<Schema extends v.GenericSchema>(
  request: EndpointRequest,
  mostBytes: number,
  schema: Schema,
  expected: string,
): Promise<v.InferOutput<Schema>> {
  const decoded = v.safeParse(schema, await readJson(request, mostBytes), { abortEarly: true });
  if (!decoded.success) throw badRequest(expected);
  return decoded.output;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** JSON in UTF-8. Throws what is said to the caller of what is none, or holds more than it may. */
export function parseJson(bytes: Uint8Array, bounds?: JsonBounds): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw badRequest('The body is not valid UTF-8.');
  }
  checkJsonBounds(text, bounds);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
}

/** The request's body, unpacked if it came packed. The limit holds for both. */
export async function readBytes(request: EndpointRequest, asked: number): Promise<Uint8Array> {
  const mostBytes = Math.min(asked, request.bounds?.bytes ?? asked);
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw bodyTooLarge(mostBytes);
  const packed = isPacked(request);
  const sent = await collected(piecesOf(request), mostBytes);
  return packed ? collected(unpacked(sent), mostBytes) : sent;
}

const bodyTooLarge = (mostBytes: number): HttpError =>
  tooLarge(`The body of a request may have at most ${mostBytes} bytes.`);

function isPacked({ headers }: EndpointRequest): boolean {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity') return false;
  if (encoding === 'gzip') return true;
  throw new HttpError(415, 'bad_content_type', 'Bodies are taken as they are or as gzip only.');
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function piecesOf({ body = '' }: EndpointRequest): Pieces {
  return typeof body === 'string' || body instanceof Uint8Array ? [body] : body;
}

type Pieces = Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;

/** Refuses as soon as there is too much. */
async function collected(pieces: Pieces, mostBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    const part = typeof piece === 'string' ? encode(piece) : piece;
    bytes += part.byteLength;
    if (bytes > mostBytes) throw bodyTooLarge(mostBytes);
    parts.push(part);
  }
  return asBytes(Buffer.concat(parts));
}

async function* unpacked(packed: Uint8Array): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  // What goes wrong on the way in comes out at the end, too.
  pipeline(Readable.from([packed]), gunzip, () => {});
  try {
    for await (const piece of gunzip) yield piece as Uint8Array;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('Z_')) throw badRequest('The body is not properly gzipped.');
    throw error;
  }
}
