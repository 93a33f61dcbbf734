import type { OptionsSection } from '../ui/browser/open-pages.ts';
import type { IconName } from '../ui/components/icon.tsx';
import type { MessageKey } from '../ui/i18n/message-key.ts';

/** The sections in their order, as they are named in the address's fragment. */
export const sections: readonly { name: OptionsSection; title: MessageKey; icon: IconName }[] = [
  { name: 'identity', title: 'options_identity', icon: 'key' },
  { name: 'friends', title: 'options_friends', icon: 'friends' },
  { name: 'connection', title: 'options_connection', icon: 'globe' },
  { name: 'storage', title: 'options_storage', icon: 'storage' },
  { name: 'backup', title: 'options_backup', icon: 'copy' },
  { name: 'about', title: 'options_about', icon: 'info' },
];

export function sectionOf(hash: string): OptionsSection {
  const name = hash.replace(/^#/, '');
  return sections.find((section) => section.name === name)?.name ?? 'identity';
}
