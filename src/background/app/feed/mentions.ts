import {
  addressFromPublicKey,
  parseAddress,
  publicKeyFromAddress,
} from '../../../domain/address.ts';
import type { OnionAddress } from '../../../domain/address.ts';
import type { BodyContent } from '../../../domain/document/body-content.ts';
import { equalBytes } from '../../../domain/bytes.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import { limits } from '../../../domain/limits.ts';
import { CodedError } from '../../../protocol/codes.ts';
import { mentionedIn } from '../../../protocol/mention-text.ts';
import type { MentionView } from '../../../protocol/page-calls.ts';
import type { Context } from '../context.ts';
import { decodeRecord, mentionsRecord } from '../records.ts';
import type { OpenSpace, SpacePost } from '../spaces/open-space.ts';

/** Of one space; when more come at once, older ones are shown as mentions and not told of. */
const mostLookedAt = 100;

/**
 * The keys of the people whom a text names, of these that it may. Who isn't among them isn't called: the address stays
 * text. Throws CodedError `too-many-mentions`.
 */
export function mentionKeys(text: string, allowed: ReadonlySet<string>): Uint8Array[] {
  const keys = mentionedIn(text).flatMap((word) => {
    const address = parseAddress(word);
    return address.ok && allowed.has(word) ? [publicKeyFromAddress(address.value)] : [];
  });
  if (keys.length > limits.mentions) {
    throw new CodedError('too-many-mentions', String(limits.mentions));
  }
  return keys;
}

/** Those in the list who stand in the text, too, as the pages show them. */
export function mentionViews(
  { mentions, text }: BodyContent,
  { me, nameOf }: { me: OnionAddress; nameOf: (address: OnionAddress) => string | undefined },
): MentionView[] {
  const named = new Set(mentionedIn(text));
  return mentions.map(addressFromPublicKey).flatMap((address) => {
    if (!named.has(address)) return [];
    const name = nameOf(address);
    return [{ address, ...(name === undefined ? {} : { name }), me: address === me }];
  });
}

/** Whether the person is told when this author speaks of them there. */
export type MayCall = (space: OpenSpace, author: OnionAddress) => boolean;

/** What of a space was not looked at yet, and what in it speaks of us and is unread; ids of posts. */
interface Noted {
  readonly waiting: readonly string[];
  readonly found: readonly string[];
}

/**
 * Which of the posts that have come speak of us: only their bodies tell, which may come later than they. Written down
 * as `marks/<space>/mentions`, until they are read.
 */
export class Mentions {
  readonly #context: Pick<Context, 'vault' | 'me'>;
  readonly #mayCall: MayCall;

  constructor(context: Pick<Context, 'vault' | 'me'>, mayCall: MayCall) {
    this.#context = context;
    this.#mayCall = mayCall;
  }

  /** Of those that are unread. */
  count(space: string, unread: ReadonlySet<string>): number {
    return this.#noted(space).found.filter((id) => unread.has(id)).length;
  }

  /**
   * Those that still wait for their text are looked at again. Returns whether anything is told now that wasn't, or the
   * other way round.
   *
   * @param arrived posts of others that are new here
   * @param changed posts with another wording perhaps: that can take back that it speaks of us, not call us anew
   */
  async look(
    space: OpenSpace,
    arrived: readonly SpacePost[],
    changed: readonly SpacePost[] = [],
  ): Promise<boolean> {
    const before = this.#noted(space.name);
    const again = changed.flatMap(({ id }) => (before.found.includes(id) ? [id] : []));
    const wanted = [...before.waiting, ...again, ...newest(arrived)];
    if (wanted.length === 0) return false;
    const waiting: string[] = [];
    const found = before.found.filter((id) => !again.some((one) => one === id));
    for (const id of wanted.slice(-mostLookedAt)) {
      const post = space.posts.get(id as DocumentId);
      if (!post || !this.#mayCall(space, space.authorOf(post))) continue;
      const body = await space.body(post);
      if (!body) waiting.push(id);
      else if (this.#speaksOfUs(body)) found.push(id);
    }
    await this.#keep(space.name, before, { waiting, found: found.slice(-mostLookedAt) });
    return found.length !== before.found.length;
  }

  /** These are read, or gone. */
  async forget(space: string, ids: ReadonlySet<string>): Promise<void> {
    const before = this.#noted(space);
    const rest = (some: readonly string[]) => some.filter((id) => !ids.has(id));
    await this.#keep(space, before, { waiting: rest(before.waiting), found: rest(before.found) });
  }

  /** Not where we stand in the list only: nobody would see why they were called. */
  #speaksOfUs({ mentions, text }: BodyContent): boolean {
    const { publicKey, address } = this.#context.me.identity;
    return (
      mentions.some((key) => equalBytes(key, publicKey)) && mentionedIn(text).includes(address)
    );
  }

  #noted(space: string): Noted {
    const record = decodeRecord(mentionsRecord, this.#context.vault.get(nameOf(space)));
    return record ?? { waiting: [], found: [] };
  }

  async #keep(space: string, before: Noted, { waiting, found }: Noted): Promise<void> {
    const same = (a: readonly string[], b: readonly string[]) => a.join() === b.join();
    if (same(before.waiting, waiting) && same(before.found, found)) return;
    const isEmpty = waiting.length + found.length === 0;
    const record = isEmpty ? undefined : { waiting: [...waiting], found: [...found] };
    await this.#context.vault.putMany([[nameOf(space), record]]);
  }
}

const nameOf = (space: string): string => `marks/${space}/mentions`;

function newest(posts: readonly SpacePost[]): string[] {
  const byTime = posts.toSorted((a, b) => a.time - b.time);
  return byTime.slice(-mostLookedAt).map(({ id }) => id);
}
