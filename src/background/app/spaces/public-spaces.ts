import { toBase64Url } from '../../../domain/bytes.ts';
import { formatSpaceLink, parseSpaceLink } from '../../../domain/space/link.ts';
import { newSpace, type CharteredSpace } from '../../../domain/space/charter.ts';
import { encodeCharter } from '../../../domain/space/charter-bytes.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { Context } from '../context.ts';
import { leaving, leftover } from '../purge-space.ts';
import { decodeRecord } from '../records.ts';
import { found } from '../self/own-spaces.ts';
import { OwnChain } from '../self/own-chain.ts';
import { Mutes } from './mutes.ts';
import { OwnBlogs } from './own-blogs.ts';
import { type PublicRecord, publicRecord, recordsUnder } from './public-records.ts';
import { findSpace, type Portions } from './space-finder.ts';

/**
 * The public spaces of a person beside their first blog: further blogs of theirs, what they follow by a link, public
 * forums. Which of them there are; `PublicForums` and `Blogs` read and write them.
 */
export class PublicSpaces {
  readonly blogs: OwnBlogs;
  readonly mutes: Mutes;
  readonly #context: Context;
  readonly #portions: Portions;
  readonly #chains = new Map<SpaceName, OwnChain>();

  constructor(context: Context, portions: Portions) {
    this.#context = context;
    this.#portions = portions;
    this.blogs = new OwnBlogs(context);
    this.mutes = new Mutes(context);
  }

  /** Our own chain in a space; one object for each, since no two documents may claim one place. */
  chainIn(space: SpaceName): OwnChain {
    const known = this.#chains.get(space) ?? new OwnChain(this.#context, space);
    this.#chains.set(space, known);
    return known;
  }

  joined(): PublicRecord[] {
    return recordsUnder(this.#context, 'public/', publicRecord);
  }

  find(space: string): PublicRecord | undefined {
    return decodeRecord(publicRecord, this.#context.vault.get(`public/${space}`));
  }

  forums(): PublicRecord[] {
    return this.joined().filter(({ kind }) => kind === 'public-forum');
  }

  /** Blogs of people who need not be friends. */
  followed(): PublicRecord[] {
    return this.joined().filter(({ kind }) => kind !== 'public-forum');
  }

  /** A new public forum, of which we are the first who carries it. */
  async foundForum(title: string): Promise<SpaceName> {
    const { me, random } = this.#context;
    const owner = me.identity.publicKey;
    const made = newSpace({ kind: 'public-forum', owner, title }, random);
    if (!made.ok) throw new CodedError('name-too-long');
    await found(this.#context, made.value);
    await this.#keep(made.value, 'public-forum', {
      title,
      owner: me.identity.address,
      host: me.identity.address,
      shown: true,
    });
    return made.value.name;
  }

  /**
   * From now on we read what the link leads to; of a forum we become one who carries it. Throws CodedError
   * `not-a-space-link`, `space-missing`, `space-not-public`, and what fetching does.
   */
  async follow(text: string): Promise<PublicRecord> {
    const link = parseSpaceLink(text);
    if (!link.ok) throw new CodedError('not-a-space-link');
    const { host, space } = link.value;
    const known = this.find(space);
    if (known) return known;
    if (host === this.#context.me.identity.address) throw new CodedError('own-address');
    const { charter, owner } = await findSpace(link.value, this.#portions);
    const { kind } = charter;
    if (kind !== 'blog' && kind !== 'public-forum' && kind !== 'project-blog') {
      throw new CodedError('space-not-public');
    }
    const what = { title: charter.title, owner, host, shown: false };
    if (kind !== 'project-blog') return this.#keep({ name: space }, kind, what);
    const encoded = toBase64Url(encodeCharter(charter));
    return this.#keep({ name: space }, kind, { ...what, charter: encoded });
  }

  /** We neither read nor carry it any more. What is stored of it is for the caller to erase. */
  async leave(space: SpaceName): Promise<void> {
    if (!this.find(space)) throw new CodedError('unknown-space');
    await this.#context.vault.putMany([
      [`public/${space}`, undefined],
      [`muted-space/${space}`, undefined],
      ...leaving([space]),
    ]);
    this.#chains.delete(space);
  }

  /** Whether our profile lists it. */
  async show(space: SpaceName, shown: boolean): Promise<void> {
    const record = this.find(space);
    if (!record) throw new CodedError('unknown-space');
    await this.#context.vault.put(`public/${space}`, { ...record, shown });
  }

  /** By which others find it; a forum at our own onion, since we carry it. */
  linkOf(record: PublicRecord): string {
    const { kind, space } = record;
    const host = kind === 'public-forum' ? this.#context.me.identity.address : record.host;
    return formatSpaceLink({ host, space });
  }

  async #keep(
    { name: space }: Pick<CharteredSpace, 'name'>,
    kind: PublicRecord['kind'],
    what: Omit<PublicRecord, 'space' | 'kind' | 'since'>,
  ): Promise<PublicRecord> {
    const { vault, now } = this.#context;
    const record: PublicRecord = { space, kind, ...what, since: now() };
    await vault.putMany([
      [`public/${space}`, record],
      [leftover(space), undefined],
    ]);
    return record;
  }
}
