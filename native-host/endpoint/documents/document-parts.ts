import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { utf8 } from '../../../src/domain/bytes.ts';
import { asBuffer, asBytes } from '../../bytes.ts';
import type { Document } from '../../store/layout.ts';
import { parseJson } from '../messages/body.ts';
import { badRequest, tooLarge } from '../messages/http-error.ts';
import { joinMultipart, parseMultipart, type Part } from '../messages/multipart.ts';

/**
 * Documents beside the bytes of their attachments, as CouchDB's replicator sends and reads them: a
 * multipart/related body whose first part is the document, with `follows` where an attachment's bytes stand.
 */

/** A document as one part: with its attachments behind it where it has their data, else as JSON alone. */
export function documentPart(document: Document, headers: Part['headers'] = {}): Part {
  const following: Part[] = [];
  const shown = Object.entries(document['_attachments'] ?? {}).map(([name, attachment]) => {
    const { data, ...rest } = attachment;
    if (data === undefined) return [name, attachment];
    const body = asBytes(Buffer.from(data, 'base64'));
    following.push({
      headers: {
        'Content-Disposition': `attachment; filename="${name}"`,
        'Content-Type': rest.content_type ?? 'application/octet-stream',
        'Content-Length': String(body.byteLength),
      },
      body,
    });
    return [name, { ...rest, follows: true, length: body.byteLength }];
  });
  if (following.length === 0) return jsonPart(document, headers);
  const boundary = newBoundary();
  const whole = { ...document, _attachments: Object.fromEntries(shown) as unknown };
  return {
    headers: { ...headers, 'Content-Type': `multipart/related; boundary="${boundary}"` },
    body: joinMultipart(boundary, [jsonPart(whole), ...following]),
  };
}

export function jsonPart(value: unknown, headers: Part['headers'] = {}): Part {
  return {
    headers: { 'Content-Type': 'application/json', ...headers },
    body: utf8(JSON.stringify(value)),
  };
}

export const newBoundary = (): string => randomBytes(16).toString('hex');

/**
 * The document of a multipart/related body, with the bytes that followed it in their places. Parts are told
 * apart by their file names, or by their order if one has none.
 */
export async function readDocumentParts(
  body: Uint8Array,
  boundary: string,
  mostBytes: number,
): Promise<unknown> {
  const [first, ...parts] = parseMultipart(body, boundary);
  const document = first && parseJson(first.body);
  if (!isObject(document)) throw badRequest('The first part must be the document.');
  const attachments = document['_attachments'];
  if (!isObject(attachments)) return document;
  const names = parts.map(({ headers }) => fileName(headers['content-disposition']));
  const inOrder = names.includes(undefined);
  const whole: [string, unknown][] = [];
  let next = 0;
  for (const [name, attachment] of Object.entries(attachments)) {
    if (!isObject(attachment) || attachment['follows'] !== true) whole.push([name, attachment]);
    else {
      const part = parts[inOrder ? next++ : names.indexOf(name)];
      if (part === undefined) throw badRequest(`The part of the attachment ${name} is missing.`);
      const data = await plain(part.body, attachment['encoding'], mostBytes);
      const { follows: _, ...rest } = attachment;
      whole.push([name, { ...rest, data: asBuffer(data).toString('base64') }]);
    }
  }
  return { ...document, _attachments: Object.fromEntries(whole) };
}

const fileName = (disposition: string | undefined): string | undefined =>
  /;\s*filename="(.*)"\s*$/i.exec(disposition ?? '')?.[1];

const unpack = promisify(gunzip);

/** CouchDB keeps texts packed and sends them so. */
async function plain(bytes: Uint8Array, encoding: unknown, mostBytes: number): Promise<Uint8Array> {
  if (encoding === undefined || encoding === 'identity') return bytes;
  if (encoding !== 'gzip') throw badRequest('Attachments are taken as they are or as gzip only.');
  try {
    return asBytes(await unpack(bytes, { maxOutputLength: mostBytes }));
  } catch (error) {
    if (error instanceof RangeError) {
      throw tooLarge(`An attachment may have at most ${mostBytes} bytes.`);
    }
    throw badRequest('An attachment is not properly gzipped.');
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
