import type { StoragePart } from '../../protocol/page-calls.ts';
import { readerUrl } from '../../ui/browser/open-pages.ts';
import { t } from '../../ui/i18n/i18n.ts';
import type { MessageKey } from '../../ui/i18n/message-key.ts';

const own: Record<Exclude<StoragePart['what'], 'space' | 'conversation'>, MessageKey> = {
  profiles: 'storage_part_profiles',
  letters: 'storage_part_letters',
  safe: 'storage_part_safe',
  rest: 'storage_part_rest',
};

/** What it is called, and the page where something can be done about it. */
export function partInWords({ what, space, friend }: StoragePart): { name: string; url?: string } {
  if (space !== undefined) {
    const name = space.title === '' ? t('storage_part_untitled') : space.title;
    return { name, url: readerUrl(`#space-info/${space.name}`) };
  }
  if (friend !== undefined) {
    const name = t('storage_part_conversation', friend.petname);
    return { name, url: readerUrl(`#conversation/${friend.address}`) };
  }
  return { name: what === 'space' || what === 'conversation' ? '' : t(own[what]) };
}
