import { binaryKey, type Attachment, type Document } from './layout.ts';
import type { Level } from './level.ts';

export interface Shown {
  /** With their data; else as stubs. */
  readonly attachments?: boolean;
  /** Those of this generation and older are stubs all the same. */
  readonly after?: number;
}

/** As CouchDB shows attachments in JSON: stubs, or base64 where the data was asked for. */
export async function showAttachments(
  level: Level,
  document: Document,
  { attachments = false, after = 0 }: Shown,
): Promise<void> {
  const whole: Attachment[] = [];
  for (const attachment of Object.values(document['_attachments'] ?? {})) {
    if (attachments && (attachment.revpos ?? 1) > after) whole.push(attachment);
    else attachment.stub = true;
  }
  const data = await readData(level, whole);
  whole.forEach((attachment, index) => {
    delete attachment.stub;
    delete attachment.length;
    attachment.data = data[index]?.toString('base64') ?? '';
  });
}

/** The bytes of these attachments, in order. PouchDB keeps nothing for an empty one. */
export async function readData(
  level: Level,
  attachments: readonly Attachment[],
): Promise<(Buffer | undefined)[]> {
  return level.getBuffers(attachments.map(({ digest = '' }) => binaryKey(digest)));
}
