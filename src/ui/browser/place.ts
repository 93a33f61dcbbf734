import browser from 'webextension-polyfill';

/** Where this page is shown. The same page serves as popup, sidebar and full tab. */
export type Place = 'popup' | 'sidebar' | 'tab';

export const place: Place = ((): Place => {
  const isOneOf = (type: 'popup' | 'sidebar') =>
    browser.extension.getViews({ type: type as 'popup' }).includes(window);
  if (isOneOf('popup')) return 'popup';
  return isOneOf('sidebar') ? 'sidebar' : 'tab';
})();
