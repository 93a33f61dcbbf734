import { CodedError } from '../protocol/codes.ts';
import type { SessionArea } from './ports.ts';

/**
 * Writes to the session area: all items or none.
 * Rejects with CodedError 'session-storage-full' when the browser's quota is passed.
 */
export async function setItems(area: SessionArea, items: Record<string, unknown>): Promise<void> {
  try {
    await area.set(items);
  } catch (error) {
    // Browsers name it differently (QuotaExceededError, QUOTA_BYTES quota exceeded), all say quota.
    if (/quota/i.test(String(error))) throw new CodedError('session-storage-full');
    throw error;
  }
}

/** All items whose key begins with `prefix`, with the rest of their key. */
export async function itemsUnder(
  area: SessionArea,
  prefix: string,
): Promise<[rest: string, value: unknown][]> {
  return Object.entries(await area.get(null)).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value] as [string, unknown]] : [],
  );
}
