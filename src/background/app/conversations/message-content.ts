import { fromBase64Url, toBase64Url } from '../../../domain/bytes.ts';
import type { Content } from '../../../domain/conversation/content.ts';
import { textKind } from '../../../domain/conversation-kinds/text.ts';
import { isLife, type Life } from '../../../domain/conversation-kinds/life.ts';
import { fileFields, type FileManifest, manifestFrom } from '../../../domain/document/file.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { MessageRecord } from '../records.ts';
import { keptFiles, manifestsOf } from './message-files.ts';

/** What a friend sent and nobody here knows, or its kind refused: it leaves a record, so as not to be opened again. */
export const unread = {
  newer: { kind: 'newer', text: '' },
  refused: { kind: 'refused', text: '' },
} as const;

/** Of what was said, as its record keeps it; `undefined` for what is not of the form of its kind. */
export function keptContent(
  content: Content,
): Pick<MessageRecord, 'kind' | 'text' | 'fields' | 'files' | 'life'> | undefined {
  const { kind, fields } = content;
  if (kind !== textKind.name) return { kind, text: '', fields: toBase64Url(fields) };
  const words = textKind.read(content);
  if (!words.ok) return undefined;
  const { text, life, files = [] } = words.value;
  const kept = { kind, text, ...keptFiles(files.map(manifestFrom)) };
  return life === undefined ? kept : { ...kept, life };
}

/** What the record keeps, to be sealed. */
export function contentOf(record: MessageRecord): Content {
  const { kind, text, fields, life } = record;
  if (kind === textKind.name)
    return textContent(text, isLife(life) ? life : 0, manifestsOf(record));
  const bytes = fromBase64Url(fields ?? '');
  if (!bytes.ok) throw new CodedError('internal', bytes.code);
  return { kind, fields: bytes.value };
}

/** Throws CodedError `text-too-long`. */
export function textContent(
  text: string,
  life: Life,
  files: readonly FileManifest[] = [],
): Content {
  const content = textKind.write({
    text,
    ...(life === 0 ? {} : { life }),
    ...(files.length === 0 ? {} : { files: files.map(fileFields) }),
  });
  if (!content.ok) throw new CodedError('text-too-long');
  return content.value;
}
