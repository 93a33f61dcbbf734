import type messages from '../../_locales/en/messages.json';

/** A key of `_locales/en/messages.json`; a misspelt one does not compile. */
export type MessageKey = keyof typeof messages;

type StemOf<Key> = Key extends `${infer Stem}_one` ? Stem : never;

/** A text that depends on a number: it exists as `<stem>_one` and `<stem>_other`. */
export type PluralStem = StemOf<MessageKey>;
