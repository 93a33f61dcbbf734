import type { StorageLevel, StorageMode } from '../../protocol/page-calls.ts';
import type { MessageKey } from '../i18n/message-key.ts';

export const storageKeys: Record<StorageMode, { name: MessageKey; meaning: MessageKey }> = {
  indexeddb: { name: 'storage_indexeddb', meaning: 'storage_indexeddb_text' },
  native: { name: 'storage_native', meaning: 'storage_native_text' },
  memory: { name: 'storage_memory', meaning: 'storage_memory_text' },
};

/** What the person is told when room is short. */
export const levelKeys: Record<
  Exclude<StorageLevel, 'fine'>,
  { title: MessageKey; text: MessageKey }
> = {
  near: { title: 'storage_near', text: 'storage_near_text' },
  full: { title: 'storage_full', text: 'storage_full_text' },
  'disk-low': { title: 'storage_disk_low', text: 'storage_disk_low_text' },
};

/** The domain's reasons for refusing a document, gathered into the few a person can tell apart. */
const reasons: readonly (readonly [key: MessageKey, refusals: readonly string[]])[] = [
  [
    'refused_forged',
    [
      'bad-signature',
      'wrong-signer',
      'wrong-author',
      'wrong-owner',
      'wrong-space',
      'wrong-id',
      'wrong-revision',
      'uncertified-key',
      'weak-key',
      'bad-address',
      'bad-ancestry',
      'not-a-member',
      'not-the-owner',
      'not-applicable',
      'no-quorum',
      'unusable-vote',
      'departed-meanwhile',
      'wrong-members',
      'unknown-peer',
      'replayed-start',
    ],
  ],
  [
    'refused_damaged',
    [
      'malformed',
      'not-canonical',
      'wrong-door',
      'no-bundle',
      'no-profile',
      'bad-box',
      'unknown-anchor',
    ],
  ],
  ['refused_large', ['too-large', 'too-many', 'too-far-ahead', 'too-little-work']],
  ['refused_version', ['wrong-version', 'unknown-field', 'unknown-type']],
  [
    'refused_sealed',
    ['undecryptable', 'already-read', 'no-session', 'unknown-pre-key', 'unknown-epoch', 'expired'],
  ],
];

export function reasonKey(refusal: string): MessageKey {
  return reasons.find(([, refusals]) => refusals.includes(refusal))?.[0] ?? 'refused_unknown';
}

/** Counts by reason in words, most frequent first. */
export function refusedInWords(
  refused: Record<string, number>,
): { key: MessageKey; count: number }[] {
  const counts = new Map<MessageKey, number>();
  for (const [refusal, count] of Object.entries(refused)) {
    const key = reasonKey(refusal);
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([key, count]) => ({ key, count }))
    .toSorted((a, b) => b.count - a.count);
}
