import { textOf } from '../fields.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Random } from '../sodium.ts';
import { makeBody, openBody, type Body } from '../document/body.ts';
import type { ChainPosition, Writer } from '../document/chain.ts';
import { signDocument, type SignedDocument } from '../document/signed.ts';
import { equalBytes } from '../bytes.ts';

const isPostText = textOf(limits.postCharacters);

export interface PostMaking {
  readonly spaceId: Uint8Array;
  readonly writer: Writer;
  readonly text: string;
  readonly time: number;
  readonly position: ChainPosition;
}

export interface Post {
  readonly header: SignedDocument;
  readonly body: Body;
}

/** Two documents, to be written together. Refuses a text over the limit (`too-large`). */
export function makePost(making: PostMaking, random: Random): Result<Post> {
  const { spaceId, writer, text, time, position } = making;
  if (!isPostText(text)) return refuse('too-large');
  const body = makeBody(spaceId, text, random);
  const header = signDocument({
    spaceId,
    type: 'post',
    author: writer.author,
    signer: writer.signer,
    ...position,
    parents: [],
    time,
    body: body.hash,
  });
  return accept({ header, body });
}

/** The text of a post from the stored body that its header names; any other body is `wrong-id`. */
export function readPostText(
  bodyHash: Uint8Array,
  json: unknown,
  spaceId: Uint8Array,
): Result<string> {
  const body = openBody(json, spaceId);
  if (!body.ok) return body;
  return equalBytes(body.value.hash, bodyHash) ? accept(body.value.text) : refuse('wrong-id');
}
