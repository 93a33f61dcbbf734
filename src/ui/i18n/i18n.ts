import browser from 'webextension-polyfill';
import type { MessageKey, PluralStem } from './message-key.ts';
import { pluralKey } from './plural-key.ts';

/** The language the texts are in: times and numbers are written in the same one. */
export const language = ((): string => {
  // The browser falls back to English where a language is missing, and this must follow it.
  const used = browser.i18n.getMessage('@@ui_locale').replaceAll('_', '-');
  return used.startsWith('de') ? used : 'en';
})();

/** The text of a key in the person's language. */
export function t(key: MessageKey, ...values: (string | number)[]): string {
  return browser.i18n.getMessage(key, values.map(String));
}

/** The text of a plural key. The number is its first value. */
export function tn(stem: PluralStem, count: number): string {
  return t(pluralKey(stem, count, language), count);
}
