import browser from 'webextension-polyfill';

export const addonVersion = browser.runtime.getManifest().version;
