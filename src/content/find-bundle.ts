import { limits } from '../protocol/limits.ts';
import type { ContentReport } from '../protocol/content-messages.ts';

const prefix = 'data:application/json;base64,';

/** The part of a document this looks at; nothing here can change it. */
interface PageHead {
  querySelector(selector: string): { getAttribute(name: string): string | null } | null;
}

/**
 * The key bundle a page carries in its head, as it stands there: whether it is genuine is the
 * background's to check. A page without one, or with one that is too long, has nothing to report.
 */
export function findBundle(head: PageHead | null): ContentReport | undefined {
  const href = head?.querySelector('link[rel="network25"]')?.getAttribute('href');
  if (href === null || href === undefined || !href.startsWith(prefix)) return undefined;
  return href.length > limits.inboxDocumentBytes ? undefined : { type: 'page-bundle', href };
}
