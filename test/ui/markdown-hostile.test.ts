import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPlainOrder } from '../../src/ui/client/plain-order.ts';
import { parseMarkdown } from '../../src/ui/markdown/parse.ts';
import { safeLink } from '../../src/ui/markdown/safe-link.ts';
import type { Block, Inline } from '../../src/ui/markdown/tree.ts';
import {
  disguises,
  htmls,
  lies,
  linkForms,
  runningSchemes,
  turningCharacters,
} from './markdown-tricks.ts';

interface Seen {
  readonly links: {
    readonly href: string;
    readonly host: string | undefined;
    readonly words: string;
  }[];
  text: string;
}

const known = new Set(
  'paragraph heading quote list code rule text strong emphasis deleted break link'.split(' '),
);

function wordsOf(parts: readonly Inline[]): string {
  return parts
    .map((part) => ('text' in part ? part.text : 'children' in part ? wordsOf(part.children) : ''))
    .join('');
}

/** All that a reader is shown, and every link. Fails at a kind of node that the page does not know. */
function read(typed: string): Seen {
  const seen: Seen = { links: [], text: '' };
  const inline = (part: Inline): void => {
    expect(known.has(part.kind)).toBe(true);
    if ('text' in part) seen.text += part.text;
    if (part.kind === 'link') {
      seen.links.push({ href: part.href, host: part.host, words: wordsOf(part.children) });
    }
    if ('children' in part) for (const child of part.children) inline(child);
  };
  const block = (one: Block): void => {
    expect(known.has(one.kind)).toBe(true);
    if (one.kind === 'code') seen.text += one.text;
    if ('children' in one) for (const child of one.children) inline(child);
    if (one.kind === 'quote') for (const child of one.blocks) block(child);
    if (one.kind === 'list') for (const item of one.items) for (const child of item) block(child);
  };
  for (const one of parseMarkdown(typed)) block(one);
  return seen;
}

/** Where a browser would go. */
function placeOf(href: string): string {
  const { protocol, host, pathname } = new URL(href);
  return protocol === 'mailto:' ? pathname : host;
}

/** A link is safe to show: it only leads away, and either its words or what stands beside them say where. */
function isHonest({ href, host, words }: Seen['links'][number]): void {
  expect(href).toMatch(/^(https?:\/\/[^/]|mailto:[^?#]+$)/);
  const place = placeOf(href);
  if (host !== undefined) expect(host).toBe(place);
  else {
    expect(
      words
        .trim()
        .toLowerCase()
        .replace(/^(https?:\/\/|mailto:)/, ''),
    ).toSatisfy((said: string) => said.startsWith(place.toLowerCase()));
    expect(new URL(href).username).toBe('');
  }
}

describe('published tricks', () => {
  it('make no link of anything that runs, in whatever form and disguise', () => {
    for (const address of runningSchemes) {
      for (const disguise of disguises) {
        for (const form of linkForms) {
          const typed = form(disguise(address));
          for (const link of read(typed).links) isHonest(link);
        }
      }
    }
  });

  it('of HTML are shown as they were typed', () => {
    for (const html of htmls) {
      for (const typed of [
        html,
        `a ${html} b`,
        `> ${html}`,
        `- ${html}`,
        `**${html}**`,
        `\n\n${html}\n`,
      ]) {
        const { text, links } = read(typed);
        for (const link of links) isHonest(link);
        const marks = html.replaceAll(/[^<]/g, '').length;
        expect(text.replaceAll(/[^<]/g, ''), typed).toHaveLength(marks);
      }
    }
  });

  it('of links are told by the real place beside them', () => {
    for (const { words, address } of lies) {
      const link = safeLink(address, words);
      if (link === undefined) continue;
      expect(link.host, `${words} → ${address}`).toBe(placeOf(link.href));
      for (const form of [
        `[${words}](${address})`,
        `[${words}](<${address}>)`,
        `**[${words}](${address})**`,
      ]) {
        for (const one of read(form).links) isHonest(one);
      }
    }
  });

  it('fill no letter that the reader does not see', () => {
    const link = safeLink(
      'mailto:bob@good.example?bcc=eve@evil.example&body=x#y',
      'bob@good.example',
    );
    expect(link).toEqual({ href: 'mailto:bob@good.example', host: undefined });
  });

  it('crossed at random make nothing else either', () => {
    const address = fc
      .tuple(
        fc.constantFrom(...runningSchemes, ...lies.map((lie) => lie.address)),
        fc.constantFrom(...disguises),
      )
      .map(([one, disguise]) => disguise(one));
    const piece = fc.oneof(
      fc.tuple(address, fc.constantFrom(...linkForms)).map(([one, form]) => form(one)),
      fc.tuple(fc.constantFrom(...lies), address).map(([{ words }, one]) => `[${words}](${one})`),
      fc.constantFrom(...htmls),
      fc.constantFrom(
        '\n',
        '\n\n',
        ' ',
        '`',
        '**',
        '> ',
        '- ',
        '[',
        '](',
        ')',
        '<',
        '>',
        '\\',
        '&',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        for (const link of read(pieces.join('')).links) isHonest(link);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('characters that turn text around', () => {
  it('reach no page, wherever in an answer they stand', () => {
    const nasty = `good${turningCharacters}elpmaxe`;
    expect(
      inPlainOrder({ posts: [{ text: nasty, n: 1, gone: null }], name: nasty, on: true }),
    ).toEqual({
      posts: [{ text: 'goodelpmaxe', n: 1, gone: null }],
      name: 'goodelpmaxe',
      on: true,
    });
    expect(inPlainOrder(undefined)).toBeUndefined();
    const bytes = new Uint8Array([1, 2]);
    expect(inPlainOrder({ pieces: [bytes] })).toEqual({ pieces: [bytes] });
  });

  it('are all that is taken away: texts of either direction stay as they are', () => {
    const text = 'שלום \u200fעולם\u200e, hello 👩‍👧 naïve';
    expect(inPlainOrder(text)).toBe(text);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(inPlainOrder(value))).toBe(
          JSON.stringify(value).replaceAll(/[\u202a-\u202e\u2066-\u2069]/gu, ''),
        );
      }),
    );
  });

  it('written as entities are shown as they were typed', () => {
    expect(read('a &#x202E; b &rlo; c').text).toBe('a &#x202E; b &rlo; c');
  });
});
