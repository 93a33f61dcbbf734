import browser from 'webextension-polyfill';

const keyOf = (name: string) => `draft/${name}`;

/**
 * Unfinished texts. A popup closes at the first click beside it, so what was typed is kept in the
 * browser's session storage: in memory, for our own pages only, gone with the browser.
 */
export async function readDraft(name: string): Promise<string> {
  const key = keyOf(name);
  const stored = await browser.storage.session.get(key);
  const text = stored[key];
  return typeof text === 'string' ? text : '';
}

export async function writeDraft(name: string, text: string): Promise<void> {
  const key = keyOf(name);
  if (text === '') await browser.storage.session.remove(key);
  else await browser.storage.session.set({ [key]: text });
}
