import * as v from 'valibot';
import { limits } from './limits.ts';

/**
 * The only thing a content script may say: this page carries a Network25 key bundle. The background
 * takes the address from the sender's tab, never from here, and checks the bundle against it.
 */
export const contentReportSchema = v.strictObject({
  type: v.literal('page-bundle'),
  /** The `href` of the page's `<link rel="network25">`: `data:application/json;base64,…` with a signed bundle document. */
  href: v.pipe(v.string(), v.maxLength(limits.inboxDocumentBytes)),
});

export type ContentReport = v.InferOutput<typeof contentReportSchema>;
