import browser from 'webextension-polyfill';
import type { AppState } from '../protocol/page-calls.ts';

/** What the browser has not been allowed yet. Only the person can allow it; the first-run page leads there. */
export async function missingPermissions(): Promise<AppState['missing']> {
  const [privateWindows, onionAccess] = await Promise.all([
    browser.extension.isAllowedIncognitoAccess(),
    browser.permissions.contains({ origins: ['http://*.onion/*'] }),
  ]);
  return { privateWindows: !privateWindows, onionAccess: !onionAccess };
}
