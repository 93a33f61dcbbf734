import { strengthOf } from '../format/passphrase.ts';
import type { MessageKey } from '../i18n/message-key.ts';

const strengthKeys = {
  weak: 'passphrase_weak',
  fair: 'passphrase_fair',
  strong: 'passphrase_strong',
} as const;

/** What to say of a passphrase while it is being typed; `before` as long as there is nothing. */
export function passphraseHint(passphrase: string, before: MessageKey): MessageKey {
  return passphrase === '' ? before : strengthKeys[strengthOf(passphrase)];
}
