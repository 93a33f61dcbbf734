import { createContext, Fragment } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import type { MentionView } from '../../protocol/page-calls.ts';
import { shortAddress } from '../format/address.ts';
import { t } from '../i18n/i18n.ts';
import { parseMarkdown } from './parse.ts';
import type { Block, Inline } from './tree.ts';

/** Whom the author says the text speaks of; others who are named in it are text. */
const People = createContext<readonly MentionView[]>([]);

interface MarkdownProps {
  text: string;
  id?: string;
  mentions?: readonly MentionView[];
}

/** A text as its author meant it to look. */
export function Markdown({ text, id, mentions = [] }: MarkdownProps) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return (
    <People.Provider value={mentions}>
      <div class="prose" id={id} dir="auto">
        <Blocks blocks={blocks} />
      </div>
    </People.Provider>
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
    case 'mention':
      return <Mention address={part.address} text={part.text} />;
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

/** By what the reader calls them. */
function Mention({ address, text }: { address: string; text: string }) {
  const person = useContext(People).find((one) => one.address === address);
  if (person === undefined) return <Fragment>{text}</Fragment>;
  return (
    <span class={person.me ? 'mention mention--me' : 'mention'} title={address}>
      @{person.name ?? shortAddress(address)}
    </span>
  );
}
