import { Marked, type Token, type Tokens } from 'marked';
import { safeLink } from './safe-link.ts';
import { mentionAtStart, mentionedIn, startOfMention } from '../../protocol/mention-text.ts';
import type { Block, Inline } from './tree.ts';

export const markdownLimits = {
  /** Quotes in lists in quotes: below this it is shown as it was typed. */
  depth: 8,
  /** Parts of one text; the rest is shown as it was typed. */
  parts: 3_000,
} as const;

/** No HTML and no definitions of links elsewhere in the text: both are shown as they were typed. */
const marked = new Marked({
  gfm: true,
  breaks: true,
  tokenizer: {
    html: () => undefined,
    tag: () => undefined,
    def: () => undefined,
    table: () => undefined,
  },
  extensions: [
    {
      name: 'mention',
      level: 'inline',
      start: (text: string) => startOfMention(text),
      tokenizer: (text: string) => {
        const raw = mentionAtStart(text);
        return raw === undefined ? undefined : { type: 'mention', raw };
      },
    },
  ],
});

/**
 * The safe part of Markdown, as a tree of a few known kinds. Never throws: what is too deep, too much or
 * not known is text. Nothing in it is HTML, and no address in it is ever fetched.
 */
export function parseMarkdown(text: string): readonly Block[] {
  if (deepestQuote(text) > markdownLimits.depth) return [plain(text)];
  try {
    return new Reader().blocks(marked.lexer(text), 0);
  } catch {
    // Nested so deep that reading it ran out of room.
    return [plain(text)];
  }
}

function plain(text: string): Block {
  return { kind: 'paragraph', children: lines(text) };
}

function lines(text: string): readonly Inline[] {
  return text.split('\n').flatMap((line, index): Inline[] => {
    const part: Inline = { kind: 'text', text: line };
    return index === 0 ? [part] : [{ kind: 'break' }, part];
  });
}

/** Each level of quoting is read again: a thousand of them would keep the page busy. */
function deepestQuote(text: string): number {
  let deepest = 0;
  for (const [marks] of text.matchAll(/^[ \t>]*>/gm)) {
    deepest = Math.max(deepest, marks.split('>').length - 1);
  }
  return deepest;
}

class Reader {
  #parts = 0;

  blocks(tokens: readonly Token[], depth: number): readonly Block[] {
    return tokens.flatMap((token) => this.#block(token as Tokens.Generic, depth));
  }

  #block(token: Tokens.Generic, depth: number): readonly Block[] {
    if (token.type === 'space') return [];
    if (this.#isTooMuch(depth)) return [plain(token.raw)];
    switch (token.type) {
      case 'heading':
      case 'paragraph':
      case 'text': {
        const kind = token.type === 'heading' ? 'heading' : 'paragraph';
        return [{ kind, children: this.#inlines(token, depth + 1) }];
      }
      case 'blockquote':
        return [{ kind: 'quote', blocks: this.blocks(token.tokens ?? [], depth + 1) }];
      case 'list': {
        const { ordered, start, items } = token as Tokens.List;
        const blocks = items.map((item) => this.blocks(item.tokens, depth + 1));
        return [{ kind: 'list', ordered, start: Number(start) || 1, items: blocks }];
      }
      case 'code':
        return [{ kind: 'code', text: String(token['text']) }];
      case 'hr':
        return [{ kind: 'rule' }];
      default:
        return [plain(token.raw)];
    }
  }

  #inlines({ tokens, raw }: Pick<Tokens.Generic, 'tokens' | 'raw'>, depth: number) {
    if (tokens === undefined) return lines(raw);
    return tokens.flatMap((token) => this.#inline(token as Tokens.Generic, depth));
  }

  #inline(token: Tokens.Generic, depth: number): readonly Inline[] {
    if (this.#isTooMuch(depth)) return lines(token.raw);
    switch (token.type) {
      case 'strong':
        return [{ kind: 'strong', children: this.#inlines(token, depth + 1) }];
      case 'em':
        return [{ kind: 'emphasis', children: this.#inlines(token, depth + 1) }];
      case 'del':
        return [{ kind: 'deleted', children: this.#inlines(token, depth + 1) }];
      case 'codespan':
        return [{ kind: 'code', text: String(token['text']) }];
      case 'br':
        return [{ kind: 'break' }];
      case 'escape':
        return [{ kind: 'text', text: String(token['text']) }];
      case 'text':
        return token.tokens ? this.#inlines(token, depth + 1) : lines(token.raw);
      case 'mention': {
        const [address = ''] = mentionedIn(token.raw);
        return [{ kind: 'mention', address, text: token.raw }];
      }
      case 'link':
        return this.#link(token, depth);
      default:
        // Pictures of elsewhere, too: looking at them would tell somebody that we do.
        return lines(token.raw);
    }
  }

  #link(token: Tokens.Generic, depth: number): readonly Inline[] {
    const link = safeLink(String(token['href']), String(token['text']));
    if (link === undefined) return lines(token.raw);
    return [{ kind: 'link', ...link, children: this.#inlines(token, depth + 1) }];
  }

  #isTooMuch(depth: number): boolean {
    this.#parts += 1;
    return depth > markdownLimits.depth || this.#parts > markdownLimits.parts;
  }
}
