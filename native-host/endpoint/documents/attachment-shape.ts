import type { Attachment } from '../../store/layout.ts';
import { badRequest, forbidden, HttpError, tooLarge } from '../messages/http-error.ts';

const mostTypeCharacters = 256;

/** The attachments of a document that is written: each with its data in base64, or a stub. */
export function checkAttachments(value: unknown, mostBytes: number): Record<string, Attachment> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused();
  const checked = new Map<string, Attachment>();
  for (const [name, attachment] of Object.entries(value) as [string, unknown][]) {
    checked.set(checkAttachmentName(name), checkAttachment(attachment, mostBytes));
  }
  // `__proto__` is a name like any other.
  return Object.fromEntries(checked);
}

export function checkAttachmentName(name: string): string {
  if (name === '') throw badRequest('Attachment names are not empty.');
  if (name.startsWith('_')) {
    throw badRequest(`Attachment name '${name}' starts with prohibited character '_'`);
  }
  return name;
}

/** Said at every door but the one opened by hand. */
export const noAttachments = (): HttpError =>
  forbidden('Files are chunk documents here; attachments are not taken.');

function checkAttachment(value: unknown, mostBytes: number): Attachment {
  if (typeof value !== 'object' || value === null) throw refused();
  const { content_type: type = 'application/octet-stream', ...rest } = value as Record<
    string,
    unknown
  >;
  if (typeof type !== 'string' || !isHeaderText(type)) throw refused();
  const { data, stub, digest, revpos } = rest;
  if (stub === true && data === undefined) {
    const known = typeof digest === 'string' && digest.length < 100 ? { digest } : {};
    const generation = typeof revpos === 'number' ? { revpos } : {};
    return { content_type: type, stub, ...known, ...generation };
  }
  if (typeof data !== 'string' || !isBase64(data)) throw refused();
  if ((data.length / 4) * 3 > mostBytes + 2) {
    throw tooLarge(`An attachment may have at most ${mostBytes} bytes.`);
  }
  return { content_type: type, data };
}

/** It becomes a header when the attachment is read. */
export const isHeaderText = (text: string): boolean =>
  text.length <= mostTypeCharacters && /^[\x20-\x7e]+$/.test(text);

const isBase64 = (text: string): boolean =>
  text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

const refused = (): HttpError =>
  new HttpError(400, 'doc_validation', '_attachments must hold base64 data or stubs.');
