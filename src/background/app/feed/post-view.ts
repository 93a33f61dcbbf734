import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import type { BodyContent } from '../../../domain/document/body-content.ts';
import { documentId, type DocumentId } from '../../../domain/document/id.ts';
import { bytesOfName, type PersonKey } from '../../../domain/membership/operation.ts';
import type { PostView, ReactionView } from '../../../protocol/page-calls.ts';
import type { Gap } from '../../../domain/space/gaps.ts';
import type { Files } from '../files/files.ts';
import type { SpacePost } from '../spaces/open-space.ts';
import { mentionViews } from './mentions.ts';
import { cursorOf, type Entry } from './order.ts';

/** What stands beside a post: who we are, what we call people, and what we know of its way. */
export interface Beside {
  readonly me: OnionAddress;
  readonly nameOf: (address: OnionAddress) => string | undefined;
  readonly hasLetGo: (space: string, time: number) => boolean;
  /** What its author wrote here and is missing. */
  readonly gapAt: (space: string, post: DocumentId) => Gap | undefined;
  readonly files: Pick<Files, 'view'>;
  readonly replies: number;
  /** How many more its author wrote here that day, which stand aside. */
  readonly more: number;
  readonly unread: boolean;
  /** How many friends' machines it is known to be on. */
  readonly reached: number;
}

/** A post as the pages show it; the text is empty while it is on its way. */
export async function viewOf(entry: Entry, beside: Beside): Promise<PostView> {
  const { post, space, time } = entry;
  const { me, nameOf, replies, unread, reached } = beside;
  const body = await space.body(post);
  const author = space.authorOf(post);
  const mine = author === me;
  const { mayWrite } = space;
  const delivery = { friends: space.audience, reached };
  return {
    id: post.id,
    cursor: cursorOf(entry),
    space: { name: space.name, kind: space.kind, title: space.title },
    ...authorFields(author, nameOf),
    mine,
    title: body?.title ?? '',
    text: body?.text ?? '',
    ...mentionsField(body, beside),
    files: await beside.files.view(space.filePlace, body?.files ?? []),
    ...(body ? {} : { missing: beside.hasLetGo(space.name, time) ? 'let-go' : 'coming' }),
    time,
    ...gapField(entry, beside),
    ...(beside.more > 0 ? { more: beside.more } : {}),
    unread,
    edited: post.edited,
    ...answersField(entry, nameOf),
    replies,
    reactions: reactionsOf(post, beside),
    // In a personal blog there is nobody else who could react.
    may: { reply: mayWrite, react: mayWrite && space.kind !== 'blog', change: mayWrite && mine },
    // In a forum of strangers nobody says what has arrived.
    ...(mine && (space.kind === 'blog' || space.audience > 0) ? { delivery } : {}),
  };
}

function mentionsField(body: BodyContent | undefined, beside: Beside): Pick<PostView, 'mentions'> {
  if (body === undefined || body.mentions.length === 0) return {};
  const mentions = mentionViews(body, beside);
  return mentions.length > 0 ? { mentions } : {};
}

/** More than anybody would count. */
const mostMissing = 1_000;

function gapField({ post, space }: Entry, { gapAt }: Beside): Pick<PostView, 'gap'> {
  const gap = gapAt(space.name, post.id);
  if (gap === undefined) return {};
  return { gap: { missing: Math.min(gap.missing, mostMissing), forked: gap.forked } };
}

function authorFields(address: OnionAddress, nameOf: Beside['nameOf']) {
  const name = nameOf(address);
  return { authorAddress: address, ...(name === undefined ? {} : { authorName: name }) };
}

function answersField({ post, space }: Entry, nameOf: Beside['nameOf']): Pick<PostView, 'answers'> {
  if (post.answers.length === 0) return {};
  for (const name of post.answers) {
    const one = space.posts.get(documentId('d', bytesOfName(name)));
    if (one) return { answers: { id: one.id, ...authorFields(space.authorOf(one), nameOf) } };
  }
  return {};
}

/** The most used first; equals by the sign. */
function reactionsOf({ reactions }: SpacePost, { me, nameOf }: Beside): ReactionView[] {
  const bySign = new Map<string, PersonKey[]>();
  for (const [person, sign] of reactions) bySign.set(sign, [...(bySign.get(sign) ?? []), person]);
  return [...bySign]
    .map(([sign, people]): ReactionView => {
      const addresses = people.map((person) => addressFromPublicKey(bytesOfName(person)));
      const names = addresses.flatMap((address) => nameOf(address) ?? []);
      return { sign, count: people.length, mine: addresses.includes(me), names };
    })
    .toSorted((a, b) => b.count - a.count || (a.sign < b.sign ? -1 : 1));
}
