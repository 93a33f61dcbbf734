import type { StorageLevel, StorageMode } from '../../protocol/page-calls.ts';
import type { MessageKey } from '../i18n/message-key.ts';

export const storageKeys: Record<StorageMode, { name: MessageKey; meaning: MessageKey }> = {
  indexeddb: { name: 'storage_indexeddb', meaning: 'storage_indexeddb_text' },
  native: { name: 'storage_native', meaning: 'storage_native_text' },
  memory: { name: 'storage_memory', meaning: 'storage_memory_text' },
};

/** In memory too, but by choice. */
export const nothingKeys: { name: MessageKey; meaning: MessageKey } = {
  name: 'storage_nothing',
  meaning: 'storage_nothing_text',
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
