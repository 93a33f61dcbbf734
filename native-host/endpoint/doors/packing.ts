import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, gzip } from 'node:zlib';
import { asBytes } from '../../bytes.ts';
import type { EndpointRequest, EndpointResponse } from '../messages/message.ts';
import type { Piece } from './slices.ts';

/** An answer as it goes out. */
export interface Packed {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Piece | AsyncIterable<Piece>;
  /** Each piece is to go out as it comes. */
  readonly live?: true;
}

/** What fits one packet gains nothing. */
const leastBytes = 1_400;
/**
 * The cheapest: what we serve is mostly base64 of what can't be packed, and gives up its quarter at any level. Large
 * chunks, because each is a trip to another thread.
 */
const options = { level: constants.Z_BEST_SPEED, chunkSize: 65_536 };
const packable = /^(application\/([\w.-]+\+)?(json|xml)|text\/[\w-]+|multipart\/[\w-]+)\s*(;|$)/i;

/** The answer in gzip where the caller takes that and it pays. What is sent as it happens stays as it is. */
export async function pack(request: EndpointRequest, response: EndpointResponse): Promise<Packed> {
  const { headers, body, live, status } = response;
  // A part of something (206) is a part of it as it is.
  if (
    live ||
    status === 206 ||
    !takesGzip(request) ||
    !packable.test(headers['content-type'] ?? '')
  )
    return response;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    return { ...response, headers: named(headers), body: packedPieces(body) };
  }
  if (body.length < leastBytes) return response;
  return { ...response, headers: named(headers), body: asBytes(await packWhole(body, options)) };
}

const named = (headers: Packed['headers']) => ({ ...headers, 'content-encoding': 'gzip' });

const packWhole = promisify<string | Uint8Array, typeof options, Buffer>(gzip);

function takesGzip({ headers }: EndpointRequest): boolean {
  return (headers['accept-encoding'] ?? '')
    .split(',')
    .some((part) => /^\s*gzip\s*(;\s*q=(1(\.0*)?|0?\.\d*[1-9]\d*)\s*)?$/i.test(part));
}

async function* packedPieces(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const packing = createGzip(options);
  // An iteration that throws must not look like a proper end: it comes out here, too.
  // One piece at a time: who reads slowly must not have us hold a dozen.
  pipeline(Readable.from(pieces, { highWaterMark: 1 }), packing, () => {});
  for await (const piece of packing) yield piece as Uint8Array;
}
