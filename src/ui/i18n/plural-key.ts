import type { MessageKey, PluralStem } from './message-key.ts';

/** `<stem>_one` or `<stem>_other`, as the language's own rule says for this number. */
export function pluralKey(stem: PluralStem, count: number, language: string): MessageKey {
  return new Intl.PluralRules(language).select(count) === 'one' ? `${stem}_one` : `${stem}_other`;
}
