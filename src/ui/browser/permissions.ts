import browser from 'webextension-polyfill';

/**
 * Asks the person for access to onion addresses. Must be called straight from a click. Resolves to
 * whether it was allowed.
 */
export function requestOnionAccess(): Promise<boolean> {
  return browser.permissions.request({ origins: ['http://*.onion/*'] });
}

/** Asks the person whether we may use the system's notifications. Straight from a click, as above. */
export function requestNotifications(): Promise<boolean> {
  return browser.permissions.request({ permissions: ['notifications'] });
}
