import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { findBundle } from '../../src/content/find-bundle.ts';
import { contentReportSchema } from '../../src/protocol/content-messages.ts';
import { limits } from '../../src/protocol/limits.ts';

const prefix = 'data:application/json;base64,';

/** A head whose `<link rel="network25">` has this `href`; `undefined` for a head without one. */
const head = (href: string | null | undefined) => ({
  querySelector: (selector: string) =>
    selector === 'link[rel="network25"]' && href !== undefined
      ? { getAttribute: (name: string) => (name === 'href' ? href : null) }
      : null,
});

describe('the content script', () => {
  it('reports the bundle a page carries, as the background expects it', () => {
    const report = findBundle(head(`${prefix}e30=`));
    expect(report).toEqual({ type: 'page-bundle', href: `${prefix}e30=` });
    expect(v.safeParse(contentReportSchema, report).success).toBe(true);
  });

  it('has nothing to say of other pages', () => {
    expect(findBundle(null)).toBeUndefined();
    expect(findBundle(head(undefined))).toBeUndefined();
    expect(findBundle(head(null))).toBeUndefined();
  });

  it('passes on no link that would have to be fetched', () => {
    expect(findBundle(head('http://example.onion/bundle.json'))).toBeUndefined();
    expect(findBundle(head('data:text/html;base64,e30='))).toBeUndefined();
  });

  it('passes on nothing longer than an inbox would take', () => {
    const room = limits.inboxDocumentBytes - prefix.length;
    expect(findBundle(head(prefix + 'a'.repeat(room)))).toBeDefined();
    expect(findBundle(head(prefix + 'a'.repeat(room + 1)))).toBeUndefined();
  });
});
