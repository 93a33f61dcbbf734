import { addressFromPublicKey, parseAddress } from '../../../domain/address.ts';
import type { BodyContent } from '../../../domain/document/body-content.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { Saying } from '../../../domain/types/saying.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { PeerSync } from '../../../sync/ports.ts';
import type { Written } from '../spaces/open-space.ts';
import type { Files } from '../files/files.ts';
import type { Feed } from './feed.ts';
import { mentionKeys } from './mentions.ts';

export interface PostingParts {
  readonly feed: Feed;
  /** Where we write when nothing else is said. */
  readonly ownFeed: SpaceName;
  readonly files: Files;
  /** Who may be spoken of in a space. */
  readonly mentionable: (space: SpaceName) => ReadonlySet<string>;
  readonly peers: Pick<PeerSync, 'push'>;
  /** What was written where we have no lasting connections is brought to who holds that space. */
  readonly carry: (space: SpaceName) => void;
  /** Work nobody waits for. */
  readonly background: (work: Promise<unknown>) => void;
}

export interface PostAddress {
  readonly space: string;
  readonly post: string;
}

/** What a person writes and says of posts: stored when it resolves, and on its way to whoever shares the space. */
export class Posting {
  readonly #parts: PostingParts;

  constructor(parts: PostingParts) {
    this.#parts = parts;
  }

  /**
   * @param answers the post of the same space that it answers
   * @param attached files that a page has brought
   */
  async write(
    text: string,
    space: SpaceName = this.#parts.ownFeed,
    answers?: string,
    attached: readonly string[] = [],
    title?: string,
  ): Promise<{ id: string }> {
    const { feed, files, mentionable } = this.#parts;
    const answered = answers === undefined ? [] : [feed.find(space, answers).post.hash];
    const saying = {
      what: 'post',
      text: attached.length > 0 ? text.trim() : worded(text),
      answers: answered,
      mentions: mentionKeys(text, mentionable(space)),
      ...titled(title),
    } as const;
    return files.attach(feed.placeOf(space), attached, (manifests) =>
      this.#say(space, { ...saying, files: manifests }),
    );
  }

  /**
   * Its files stay, and of whom it still speaks.
   *
   * @param title instead of the one it has; empty for none
   */
  async edit({ space, post }: PostAddress, text: string, title?: string): Promise<void> {
    const { feed, mentionable } = this.#parts;
    const found = feed.find(space, post);
    const body = await found.space.body(found.post);
    const { files = [], mentions = [] } = body ?? {};
    // Whom it spoke of before may be no friend any more.
    const allowed = new Set([
      ...mentionable(found.space.name),
      ...mentions.map(addressFromPublicKey),
    ]);
    const words = files.length > 0 ? text.trim() : worded(text);
    await this.#say(space, {
      what: 'edit',
      post: found.post.hash,
      text: words,
      files,
      mentions: mentionKeys(words, allowed),
      ...titled(title ?? body?.title),
    });
  }

  async retract({ space, post }: PostAddress): Promise<void> {
    const { hash } = this.#parts.feed.find(space, post).post;
    await this.#say(space, { what: 'retraction', post: hash });
  }

  /** An empty sign takes ours back. */
  async react({ space, post }: PostAddress, sign: string): Promise<void> {
    const { hash } = this.#parts.feed.find(space, post).post;
    await this.#say(space, { what: 'reaction', post: hash, sign });
  }

  async #say(space: string, saying: Saying): Promise<{ id: string }> {
    const name = space as SpaceName;
    const written = await this.#parts.feed.write(name, saying);
    this.#parts.background(this.#push(name, written));
    return { id: written.id };
  }

  async #push(space: SpaceName, { id, documents }: Written): Promise<void> {
    const { peers, feed, carry } = this.#parts;
    for (const { address, result } of await peers.push(space, documents)) {
      const reached = parseAddress(address);
      if (result === 'stored' && reached.ok) await feed.reached(id, reached.value);
    }
    carry(space);
  }
}

function titled(title: string | undefined): Pick<BodyContent, 'title'> {
  return title === undefined || title === '' ? {} : { title };
}

function worded(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new CodedError('text-empty');
  return trimmed;
}
