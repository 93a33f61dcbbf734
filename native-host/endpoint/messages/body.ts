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

/** JSON in UTF-8. Throws what is said to the caller of what is none, or holds more than it may. */
export function parseJson(bytes: Uint8Array, bounds?: JsonBounds): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
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
  const sent = atMost(mostBytes, piecesOf(request));
  const pieces = isPacked(request) ? atMost(mostBytes, unpacked(sent)) : sent;
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return asBytes(Buffer.concat(parts));
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

async function* piecesOf({ body = '' }: EndpointRequest): AsyncGenerator<Uint8Array> {
  if (typeof body === 'string') yield encode(body);
  else if (body instanceof Uint8Array) yield body;
  else for await (const piece of body) yield typeof piece === 'string' ? encode(piece) : piece;
}

async function* atMost(
  mostBytes: number,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.byteLength;
    if (bytes > mostBytes) throw bodyTooLarge(mostBytes);
    yield piece;
  }
}

async function* unpacked(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  // What goes wrong on the way in comes out at the end, too.
  pipeline(Readable.from(pieces), gunzip, () => {});
  try {
    for await (const piece of gunzip) yield piece as Uint8Array;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('Z_')) throw badRequest('The body is not properly gzipped.');
    throw error;
  }
}
