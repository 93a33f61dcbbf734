import { compareBytes, equalBytes } from '../bytes.ts';
import type { BodyContent } from '../document/body-content.ts';
import { makeBody, openBody, type Body } from '../document/body.ts';
import type { ChainPosition, Writer } from '../document/chain.ts';
import { signDocument, type SignedDocument } from '../document/signed.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';

/** Where and when anything is written. */
export interface Placing {
  readonly spaceId: Uint8Array;
  readonly writer: Writer;
  readonly time: number;
  readonly position: ChainPosition;
  /**
   * Hashes of what it builds on: the posts that a post answers; where there are members, the operations
   * by which its author belongs.
   */
  readonly parents?: readonly Uint8Array[];
}

/** What a post says; text alone, most of the time. */
export type Wording = Pick<BodyContent, 'text'> & Partial<BodyContent>;

export type PostMaking = Placing & Wording;

export interface Post {
  readonly header: SignedDocument;
  readonly body: Body;
}

/** Two documents, to be written together. Refuses what is over the limits (`too-large`). */
export function makePost(making: PostMaking, random: Random): Result<Post> {
  return worded(making, { type: 'post' }, random);
}

/** Another wording of a post; it counts if its author is the post's. */
export function makeEdit(
  making: PostMaking & { readonly post: Uint8Array },
  random: Random,
): Result<Post> {
  return worded(making, { type: 'edit', content: { p: making.post } }, random);
}

/** Takes back a post, whose text everybody erases; it counts if its author is the post's. */
export function makeRetraction(placing: Placing, post: Uint8Array): SignedDocument {
  return signDocument({ ...placed(placing), type: 'retraction', content: { p: post } });
}

/**
 * A sign that answers a post; empty to take back the one before. Who has several devices names their
 * earlier reactions to it as parents: what it doesn't follow, it doesn't replace.
 */
export function makeReaction(
  placing: Placing,
  { post, sign }: { readonly post: Uint8Array; readonly sign: string },
): SignedDocument {
  return signDocument({ ...placed(placing), type: 'reaction', content: { p: post, e: sign } });
}

/** The text of a post from the stored body that its header names; any other body is `wrong-id`. */
export function readPostText(
  bodyHash: Uint8Array,
  json: unknown,
  spaceId: Uint8Array,
): Result<string> {
  const body = readPostBody(bodyHash, json, spaceId);
  return body.ok ? accept(body.value.text) : body;
}

/** The same with title, mentions and files. */
export function readPostBody(
  bodyHash: Uint8Array,
  json: unknown,
  spaceId: Uint8Array,
): Result<Body> {
  const body = openBody(json, spaceId);
  if (!body.ok) return body;
  return equalBytes(body.value.hash, bodyHash) ? body : refuse('wrong-id');
}

function worded(
  making: PostMaking,
  what: Pick<Parameters<typeof signDocument>[0], 'type' | 'content'>,
  random: Random,
): Result<Post> {
  const { spaceId, text, title, mentions = [], files = [] } = making;
  const wording = { text, mentions, files, ...(title === undefined ? {} : { title }) };
  const body = makeBody(spaceId, wording, random);
  if (!body.ok) return body;
  const header = signDocument({ ...placed(making), ...what, body: body.value.hash });
  return accept({ header, body: body.value });
}

function placed({ spaceId, writer, time, position, parents = [] }: Placing) {
  const { author, signer } = writer;
  return { spaceId, author, signer, ...position, parents: parents.toSorted(compareBytes), time };
}
