import browser from 'webextension-polyfill';
import { findBundle } from './find-bundle.ts';

/*
 * Runs once on a page of an onion address. It reads one attribute and tells the background of it: it
 * changes nothing, listens to nothing and asks the network for nothing, so a page can't tell that
 * it is there.
 */
const report = findBundle(document.head);
if (report !== undefined) {
  // With the background away there is nobody to tell; the page is none the wiser either way.
  browser.runtime.sendMessage(report).catch(() => undefined);
}
