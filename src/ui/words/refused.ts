import type { MessageKey } from '../i18n/message-key.ts';

/** The reasons for refusing something, gathered into the few a person can tell apart. */
const reasons: readonly (readonly [key: MessageKey, codes: readonly string[]])[] = [
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
      'unknown-peer',
      'profile-forged',
    ],
  ],
  [
    'refused_rules',
    [
      'bad-ancestry',
      'not-a-member',
      'not-the-owner',
      'not-applicable',
      'no-quorum',
      'unusable-vote',
      'departed-meanwhile',
      'wrong-members',
    ],
  ],
  [
    'refused_damaged',
    [
      'malformed',
      'file-damaged',
      'not-canonical',
      'wrong-door',
      'no-bundle',
      'no-profile',
      'bad-box',
      'unknown-anchor',
    ],
  ],
  ['refused_pictures', ['image-unreadable', 'image-too-large']],
  ['refused_large', ['too-large']],
  ['refused_many', ['too-many', 'no-room', 'too-far-ahead', 'too-little-work']],
  ['refused_again', ['already-read', 'replayed-start']],
  ['refused_version', ['wrong-version', 'unknown-field', 'unknown-type']],
  [
    'refused_sealed',
    ['undecryptable', 'no-session', 'unknown-pre-key', 'unknown-epoch', 'expired'],
  ],
  ['refused_unwanted', ['blocked', 'not-allowed', 'unknown-friend', 'own-address']],
];

export function reasonKey(code: string): MessageKey {
  return reasons.find(([, codes]) => codes.includes(code))?.[0] ?? 'refused_unknown';
}

/** Counts by reason in words, most frequent first. */
export function refusedInWords(
  refused: Record<string, number>,
): { key: MessageKey; count: number }[] {
  const counts = new Map<MessageKey, number>();
  for (const [code, count] of Object.entries(refused)) {
    const key = reasonKey(code);
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([key, count]) => ({ key, count }))
    .toSorted((a, b) => b.count - a.count);
}
