import browser from 'webextension-polyfill';
import {
  firstPageItems,
  type FirstPageView,
  readableFirstPage,
} from '../../protocol/page-calls/first-page.ts';

/** What the background has left to be read, whether it runs or not; `undefined` where there is nothing, or it is time to lock. */
export async function readFirstPage(): Promise<FirstPageView | undefined> {
  return readableFirstPage(await browser.storage.session.get(firstPageItems), Date.now());
}
