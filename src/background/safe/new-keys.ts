import type { PageCallArguments, WordsState } from '../../protocol/page-calls.ts';
import { createKeys, withNewDevice } from '../identity.ts';
import { rootOfWords } from './recovery.ts';
import type { Safe } from './safe.ts';

export type NewIdentity = PageCallArguments<'createIdentity'>;

/**
 * Keeps the keys of an identity that begins: a new one, one that comes back by its words, or the one that is here still,
 * whose data went with the browser's memory. Throws CodedError `words-unknown`.
 *
 * @returns whether the person has its words on paper
 */
export async function keepNewKeys(
  safe: Pick<Safe, 'keys' | 'keep' | 'begin'>,
  { passphrase, words }: Pick<NewIdentity, 'passphrase' | 'words'>,
): Promise<WordsState> {
  const behind = passphrase ?? undefined;
  if (words !== undefined) {
    await safe.begin(createKeys(rootOfWords(words)), behind);
    return 'written';
  }
  if (safe.keys) {
    await safe.keep(withNewDevice(safe.keys));
    return 'later';
  }
  await safe.begin(createKeys(), behind);
  return 'new';
}
