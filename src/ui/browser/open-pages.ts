import browser from 'webextension-polyfill';
import { place } from './place.ts';

export type OptionsSection = 'identity' | 'friends' | 'connection' | 'storage' | 'backup' | 'about';

export const optionsUrl = (section: OptionsSection) =>
  browser.runtime.getURL(`options/options.html#${section}`);

export const readerUrl = (hash = '') => browser.runtime.getURL(`popup/popup.html${hash}`);

/**
 * Opens one of our pages in a tab. A popup closes after it: it would stay in front of what the
 * person asked to see.
 */
export async function openInTab(url: string): Promise<void> {
  await browser.tabs.create({ url });
  if (place === 'popup') window.close();
}
