import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownLimits, parseMarkdown } from '../../src/ui/markdown/parse.ts';
import { safeLink } from '../../src/ui/markdown/safe-link.ts';
import type { Block, Inline } from '../../src/ui/markdown/tree.ts';

const text = (words: string): Inline => ({ kind: 'text', text: words });
const paragraph = (...children: Inline[]): Block => ({ kind: 'paragraph', children });

/** The kinds of all parts, and every link's address. */
function walk(blocks: readonly Block[]) {
  const kinds = new Set<string>();
  const links: string[] = [];
  let deepest = 0;
  let words = '';
  const inline = (part: Inline, depth: number): void => {
    deepest = Math.max(deepest, depth);
    kinds.add(part.kind);
    if (part.kind === 'link') links.push(part.href);
    if ('text' in part) words += part.text;
    if ('children' in part) for (const child of part.children) inline(child, depth + 1);
  };
  const block = (one: Block, depth: number): void => {
    deepest = Math.max(deepest, depth);
    kinds.add(one.kind);
    if (one.kind === 'code') words += one.text;
    if ('children' in one) for (const child of one.children) inline(child, depth + 1);
    if (one.kind === 'quote') for (const child of one.blocks) block(child, depth + 1);
    if (one.kind === 'list') {
      for (const item of one.items) for (const child of item) block(child, depth + 1);
    }
  };
  for (const one of blocks) block(one, 0);
  return { kinds, links, deepest, words };
}

const known = new Set(
  'paragraph heading quote list code rule text strong emphasis deleted break link'.split(' '),
);

describe('Markdown', () => {
  it('is read as its author meant it', () => {
    expect(parseMarkdown('Hello **dear** _friend_')).toEqual([
      paragraph(text('Hello '), { kind: 'strong', children: [text('dear')] }, text(' '), {
        kind: 'emphasis',
        children: [text('friend')],
      }),
    ]);
    expect(
      parseMarkdown('# Title\n\n> quoted\n\n- one\n- two\n\n3. three\n\n```\n<b>\n```'),
    ).toEqual([
      { kind: 'heading', children: [text('Title')] },
      { kind: 'quote', blocks: [paragraph(text('quoted'))] },
      {
        kind: 'list',
        ordered: false,
        start: 1,
        items: [[paragraph(text('one'))], [paragraph(text('two'))]],
      },
      { kind: 'list', ordered: true, start: 3, items: [[paragraph(text('three'))]] },
      { kind: 'code', text: '<b>' },
    ]);
    expect(parseMarkdown('one\ntwo')).toEqual([
      paragraph(text('one'), { kind: 'break' }, text('two')),
    ]);
  });

  it('shows HTML, pictures, tables and definitions as they were typed', () => {
    for (const typed of [
      '<script>alert(1)</script>',
      'a <img src=x onerror=alert(1)> b',
      '![picture](http://evil.example/pixel.png)',
      '[ref]: http://evil.example',
      '<a href="http://evil.example">x</a>',
    ]) {
      const { kinds, words, links } = walk(parseMarkdown(typed));
      expect([...kinds].toSorted()).toEqual(
        links.length === 0 ? ['paragraph', 'text'] : ['link', 'paragraph', 'text'],
      );
      expect(words).toContain(typed.slice(0, 4));
    }
  });

  it('never makes anything of an address but a web page or an e-mail', () => {
    for (const address of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      'moz-extension://abc/options.html',
      'about:config',
      '//evil.example',
      'http://',
    ]) {
      expect(safeLink(address, 'click'), address).toBeUndefined();
      expect(walk(parseMarkdown(`[click](${address})`)).links, address).toEqual([]);
    }
  });

  it('says where a link leads when its words do not', () => {
    const onion = `http://${'a'.repeat(56)}.onion/page`;
    expect(safeLink(onion, onion)?.host).toBeUndefined();
    expect(safeLink('https://good.example/a', 'good.example')?.host).toBeUndefined();
    expect(safeLink('https://evil.example/', 'good.example')?.host).toBe('evil.example');
    expect(safeLink('https://good.example.evil.example/', 'https://good.example')?.host).toBe(
      'good.example.evil.example',
    );
    expect(safeLink('https://good.example@evil.example/', 'https://good.example')?.host).toBe(
      'evil.example',
    );
    expect(safeLink('https://xn--80ak6aa92e.com/', 'аррӏе.com')?.host).toBe('xn--80ak6aa92e.com');
    expect(safeLink('https://evil.example/', 'h')?.host).toBe('evil.example');
    expect(safeLink('mailto:a@b.example', 'write me')?.host).toBe('a@b.example');
    expect(safeLink('mailto:a@b.example', 'a')?.host).toBe('a@b.example');
    expect(safeLink('mailto:a@b.example', 'a@b.example')?.host).toBeUndefined();
  });

  it('of whatever text is a tree of the known kinds, no deeper than its limit', () => {
    const pieces = '** _ ~~ ` > - 1. # [ ]( ) < &lt; ![ http://a.example javascript: | --- \\ w'
      .split(' ')
      .flatMap((one) => [one, `${one} `]);
    const piece = fc.constantFrom(...pieces, '\n', '\n\n', '    ', '```\n');
    const typed = fc.oneof(
      fc.array(piece, { maxLength: 120 }).map((chosen) => chosen.join('')),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
    );
    fc.assert(
      fc.property(typed, (words) => {
        const { kinds, links, deepest } = walk(parseMarkdown(words));
        for (const kind of kinds) expect(known.has(kind)).toBe(true);
        for (const link of links) expect(link).toMatch(/^(https?:\/\/|mailto:)./);
        expect(deepest).toBeLessThanOrEqual(markdownLimits.depth + 3);
      }),
      { numRuns: 1_000 },
    );
  });

  it('comes to an end with whatever a post may hold', () => {
    for (const piece of [
      '> ',
      '[',
      '![',
      '*a',
      '_a ',
      '`',
      '- ',
      '(((',
      '<a ',
      '\\',
      '**a_',
      '|a\n|-',
      '1. ',
      '&',
    ]) {
      const typed = piece.repeat(Math.ceil(10_000 / piece.length)).slice(0, 10_000);
      expect(walk(parseMarkdown(typed)).words.length).toBeGreaterThanOrEqual(0);
      const lines = `${piece}\n`.repeat(Math.ceil(10_000 / (piece.length + 1))).slice(0, 10_000);
      expect(walk(parseMarkdown(lines)).words.length).toBeGreaterThanOrEqual(0);
    }
  });
});
