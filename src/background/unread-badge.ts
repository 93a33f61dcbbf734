import browser from 'webextension-polyfill';

/** The number on the toolbar button: posts, messages and requests that wait to be looked at. */
export async function showUnread(count: number): Promise<void> {
  await browser.action.setBadgeBackgroundColor({ color: '#8c2f5e' });
  await browser.action.setBadgeText({
    text: count === 0 ? '' : count > 99 ? '99+' : String(count),
  });
}
