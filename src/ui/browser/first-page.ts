import browser from 'webextension-polyfill';
import { firstPageItem, type FirstPageView } from '../../protocol/page-calls/first-page.ts';

/** What the background has left to be read, whether it runs or not; `undefined` where there is nothing. */
export async function readFirstPage(): Promise<FirstPageView | undefined> {
  const items = await browser.storage.session.get([firstPageItem]);
  // Only our own background script writes there.
  return items[firstPageItem] as FirstPageView | undefined;
}
