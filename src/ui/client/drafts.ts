import type { DraftView } from '../../protocol/page-calls.ts';
import { call } from './call.ts';

const none: DraftView = { text: '', title: '' };

/**
 * Unfinished texts. A popup closes at the first click beside it, so each letter is told to the background, which
 * keeps them sealed. Where that fails the text is still in its field.
 */
export function readDraft(place: string): Promise<DraftView> {
  return call('draft', { place }).catch(() => none);
}

export async function writeDraft(place: string, draft: Partial<DraftView>): Promise<void> {
  await call('keepDraft', { place, ...none, ...draft }).catch(() => undefined);
}
