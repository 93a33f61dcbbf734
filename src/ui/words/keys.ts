import type { KeyView } from '../../protocol/page-calls.ts';
import type { MessageKey } from '../i18n/message-key.ts';

interface KeyWords {
  name: MessageKey;
  mine: MessageKey;
  theirs: MessageKey;
  copy: MessageKey;
}

/** What each key is called and what it is for, of our own keys and of a friend's. */
export const keyWords: Record<KeyView['use'], KeyWords> = {
  identity: {
    name: 'key_identity',
    mine: 'key_identity_text',
    theirs: 'key_identity_theirs',
    copy: 'copy_key_identity',
  },
  device: {
    name: 'key_device',
    mine: 'key_device_text',
    theirs: 'key_device_theirs',
    copy: 'copy_key_device',
  },
  encryption: {
    name: 'key_encryption',
    mine: 'key_encryption_text',
    theirs: 'key_encryption_theirs',
    copy: 'copy_key_encryption',
  },
};
