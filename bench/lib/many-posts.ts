import { chainStart, positionAfter, type ChainPosition } from '../../src/domain/document/chain.ts';
import type { StoredDocument as DomainDocument } from '../../src/domain/document/envelope.ts';
import { toBase64Url } from '../../src/domain/bytes.ts';
import type { PrivateForum } from '../../src/domain/forum/view.ts';
import { writeInForum } from '../../src/domain/forum/write.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { newSpace, type CharteredSpace } from '../../src/domain/space/charter.ts';
import { makeCharterDocument } from '../../src/domain/types/charter.ts';
import { makeKeyDocument } from '../../src/domain/types/key.ts';
import { makePost } from '../../src/domain/types/post.ts';
import { stored } from '../../src/background/app/self/own-spaces.ts';
import { SealedSpace } from '../../src/background/app/forums/sealed-space.ts';
import type { Person as App } from '../../src/background/app/person.ts';
import type { StoredDocument, VaultChange } from '../../src/store/ports.ts';
import { storeDocuments } from '../../src/store/documents.ts';
import { must, person, type Person } from '../../test/domain/people.ts';

export interface Amount {
  readonly friends: number;
  readonly publicForums: number;
  readonly sealedSpaces: number;
  /** In each of them. */
  readonly posts: number;
}

const text = 'x'.repeat(600);
const minute = 60_000;

/**
 * Fills a person's databases as friends and members would have: genuine documents, written past the application. Texts
 * are 600 characters; times are a minute apart, the last ones lately. The application has to be opened anew afterwards.
 */
export async function fill(app: App, amount: Amount): Promise<void> {
  const { vault, now } = app.context;
  const changes: VaultChange[] = [];
  const writers: Person[] = [];
  const began = now() - amount.posts * minute;
  for (let at = 0; at < amount.friends; at += 1) {
    const friend = person(`friend ${at}`);
    writers.push(friend);
    const blog = spaceFor('blog', friend);
    await put(app, blog, [
      ...beginningOf(friend, blog),
      ...postsOf([friend], blog, amount.posts, began),
    ]);
    changes.push([
      `friend/${friend.identity.address}`,
      {
        address: friend.identity.address,
        petname: friend.name,
        name: friend.name,
        state: 'friend',
        since: began,
        verified: false,
        bundle: { ...stored(friend.bundle.document) },
        feeds: [{ space: blog.name, title: 'Notes' }],
        lastSeen: null,
      },
    ]);
  }
  for (let at = 0; at < amount.publicForums; at += 1) {
    const [founder = person('founder')] = writers;
    const members = writers.slice(at, at + 20);
    const forum = spaceFor('public-forum', founder);
    const certificates = members.map((one) => certificateOf(one, forum));
    await put(app, forum, [
      ...beginningOf(founder, forum),
      ...certificates,
      ...postsOf(members, forum, amount.posts, began),
    ]);
    const { address } = founder.identity;
    changes.push([
      `public/${forum.name}`,
      {
        space: forum.name,
        kind: 'public-forum',
        title: 'Talk',
        owner: address,
        host: address,
        since: began,
        shown: false,
      },
    ]);
  }
  for (let at = 0; at < amount.sealedSpaces; at += 1) await fillSealed(app, amount.posts, began);
  await vault.putMany(changes);
}

function spaceFor(kind: 'blog' | 'public-forum', { identity }: Person): CharteredSpace {
  return must(newSpace({ kind, owner: identity.publicKey, title: 'Notes' }, randomBytes));
}

function beginningOf({ identity, device }: Person, space: CharteredSpace): DomainDocument[] {
  return [
    makeCharterDocument(identity, space).json,
    makeKeyDocument(identity, space.id, device.signing.publicKey).json,
  ];
}

function certificateOf({ identity, device }: Person, space: CharteredSpace): DomainDocument {
  return makeKeyDocument(identity, space.id, device.signing.publicKey).json;
}

/** By these people in turn. */
function* postsOf(
  writers: readonly Person[],
  space: CharteredSpace,
  count: number,
  began: number,
): Generator<DomainDocument> {
  const positions = writers.map(() => chainStart);
  for (let at = 0; at < count; at += 1) {
    const turn = at % writers.length;
    const [writer, position] = [writers[turn], positions[turn]];
    if (!writer || !position) throw new TypeError('nobody writes');
    const time = began + at * minute;
    const making = { spaceId: space.id, writer: writer.writer, time, position };
    const { header, body } = must(makePost({ ...making, text }, randomBytes));
    positions[turn] = positionAfter(header);
    yield body.json;
    yield header.json;
  }
}

/** A list of our own that nobody else is on yet: in a sealed space nobody but a member could have written. */
async function fillSealed(app: App, count: number, began: number): Promise<void> {
  const { context, forums } = app;
  const plan = {
    kind: 'list',
    owner: context.me.identity.publicKey,
    title: 'List',
    mode: 'history',
    writers: 'members',
  } as const;
  const { space: name } = await forums.found(plan, []);
  const { space } = forums.get(name);
  if (!(space instanceof SealedSpace)) throw new TypeError('a list is sealed');
  const first = space.assembly;
  if (!first) throw new TypeError('the list has not begun');
  const documents: StoredDocument[] = [];
  let forum: PrivateForum = first;
  let position: ChainPosition = chainStart;
  const { writer } = space;
  const chain = first.chains.find(({ key }) => key === hexOf(writer.signer.publicKey));
  if (chain) position = { seq: chain.head.seq + 1, prev: chain.head.hash };
  for (let at = 0; at < count; at += 1) {
    const author = { writer, position, time: began + at * minute };
    const written = must(writeInForum(forum, author, { what: 'post', text }, randomBytes));
    position = positionAfter(written.signed);
    documents.push(...written.documents.map(({ json }) => stored(json)));
    // Without what was written before, which each post would copy.
    forum = { ...first, state: { ...first.state, keys: written.state.keys } };
  }
  const keys = forum.state.keys;
  await space.change((state) => ({ ...state, keys }));
  const device = toBase64Url(writer.signer.publicKey);
  const prev = position.prev === null ? '' : toBase64Url(position.prev);
  await context.vault.put(`chain/${name}`, { device, seq: position.seq, prev, pending: [] });
  await write(app, name, documents);
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

async function put(
  app: App,
  { name }: CharteredSpace,
  documents: Iterable<DomainDocument>,
): Promise<void> {
  await write(
    app,
    name,
    [...documents].map((document) => stored(document)),
  );
}

const atOnce = 1_000;

async function write(app: App, name: string, documents: readonly StoredDocument[]): Promise<void> {
  const database = await app.context.stores.open(name);
  for (let at = 0; at < documents.length; at += atOnce) {
    await storeDocuments(database, documents.slice(at, at + atOnce));
  }
}
