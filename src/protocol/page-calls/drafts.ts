import * as v from 'valibot';
import { textField } from '../fields.ts';
import { limits } from '../limits.ts';

/**
 * Where something unfinished stands: `<whose>/<what>`, whose being a space, a friend, or `own` for our feed;
 * what is a new post, a message, an answer to a post or another wording of it.
 */
const placeField = v.pipe(
  v.string(),
  v.regex(/^(own|s[a-z2-7]{52}|[a-z2-7]{56}\.onion)\/(new|talk|(answer|edit)-[dbef][a-z2-7]{52})$/),
);

/** A text may be longer than what can be sent while somebody is still shortening it. */
const mostCharacters = 2 * limits.postCharacters;

/** What is being written and not sent yet. */
export const draftCalls = {
  draft: v.strictObject({ place: placeField }),
  /** Instead of what was kept there; nothing at all to let it go. */
  keepDraft: v.strictObject({
    place: placeField,
    text: textField(mostCharacters),
    title: v.optional(textField(limits.titleCharacters), ''),
  }),
} as const;

export interface DraftResults {
  draft: DraftView;
  keepDraft: null;
}

/** Both empty where nothing is kept. */
export interface DraftView {
  text: string;
  title: string;
}
