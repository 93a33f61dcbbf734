import type { StorageMode } from '../../protocol/page-calls.ts';
import type { MessageKey } from '../i18n/message-key.ts';

export const storageKeys: Record<StorageMode, { name: MessageKey; meaning: MessageKey }> = {
  indexeddb: { name: 'storage_indexeddb', meaning: 'storage_indexeddb_text' },
  native: { name: 'storage_native', meaning: 'storage_native_text' },
  memory: { name: 'storage_memory', meaning: 'storage_memory_text' },
};

/** Reasons for refusing a document, gathered into the few a person can tell apart. */
const reasonKeys: readonly (readonly [reasons: RegExp, key: MessageKey])[] = [
  [/signature|author|^wrong-(id|revision|space)$|forged|address/, 'refused_forged'],
  [/malformed|unknown-field|not-canonical|shape/, 'refused_damaged'],
  [/too-large|too-many|quota/, 'refused_large'],
  [/version/, 'refused_version'],
  [/decrypt|not-for-us/, 'refused_sealed'],
];

/** Counts by reason in words, most frequent first. */
export function refusedInWords(
  refused: Record<string, number>,
): { key: MessageKey; count: number }[] {
  const counts = new Map<MessageKey, number>();
  for (const [reason, count] of Object.entries(refused)) {
    const key = reasonKeys.find(([reasons]) => reasons.test(reason))?.[1] ?? 'refused_other';
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([key, count]) => ({ key, count }))
    .toSorted((a, b) => b.count - a.count);
}
