import { Fragment } from 'preact';
import { useMemo } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { parseMarkdown } from './parse.ts';
import type { Block, Inline } from './tree.ts';

/** A text as its author meant it to look. */
export function Markdown({ text, id }: { text: string; id?: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return (
    <div class="prose" id={id} dir="auto">
      <Blocks blocks={blocks} />
    </div>
  );
}

function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return (
    <>
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p>
          <Inlines parts={block.children} />
        </p>
      );
    case 'heading':
      // The page's own headings are the only ones: a post is no chapter of it.
      return (
        <p class="prose__heading">
          <Inlines parts={block.children} />
        </p>
      );
    case 'quote':
      return (
        <blockquote>
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case 'list': {
      const items = block.items.map((blocks, index) => (
        <li key={index}>
          <Blocks blocks={blocks} />
        </li>
      ));
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case 'code':
      return (
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'rule':
      return <hr />;
  }
}

function Inlines({ parts }: { parts: readonly Inline[] }) {
  return (
    <>
      {parts.map((part, index) => (
        <InlineView key={index} part={part} />
      ))}
    </>
  );
}

function InlineView({ part }: { part: Inline }) {
  switch (part.kind) {
    case 'text':
      return <Fragment>{part.text}</Fragment>;
    case 'strong':
      return (
        <strong>
          <Inlines parts={part.children} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Inlines parts={part.children} />
        </em>
      );
    case 'deleted':
      return (
        <s>
          <Inlines parts={part.children} />
        </s>
      );
    case 'code':
      return <code>{part.text}</code>;
    case 'break':
      return <br />;
    case 'link':
      return (
        <>
          <a href={part.href} target="_blank" rel="noreferrer noopener">
            <Inlines parts={part.children} />
          </a>
          {part.host !== undefined && (
            <span class="prose__host">{t('link_leads_to', part.host)}</span>
          )}
        </>
      );
  }
}
