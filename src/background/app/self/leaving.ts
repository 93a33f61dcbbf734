import { destinationOf, proveMove } from '../../../domain/friend/move.ts';
import type { Identity } from '../../../domain/identity.ts';
import { evaluateProfile } from '../../../domain/space/evaluate-profile.ts';
import { inboxSpace, profileSpace } from '../../../domain/space/charter.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { type KeyBundle, openBundle } from '../../../domain/types/bundle.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { Outbox } from '../../../sync/ports.ts';
import type { Context } from '../context.ts';
import { Conversations } from '../conversations/conversations.ts';
import { conversationsWith } from '../access.ts';
import { LifeClock } from '../conversations/life-clock.ts';
import { FriendBook } from '../friends/friend-book.ts';
import { writeLetter } from '../friends/inbox.ts';
import { Messages } from '../conversations/messages.ts';
import { OwnBlogs } from '../spaces/own-blogs.ts';
import { OwnChain } from './own-chain.ts';
import { foundOwnFeed, readWhole } from './own-spaces.ts';
import { forgetPreKeys, PreKeys } from './pre-keys.ts';
import type { ProfileWords } from './profile.ts';
import { decodeRecord, ownFeedRecord, ownFormerRecord, requestRecord } from '../records.ts';

/**
 * Leaving an address, in three steps that each may be done again: take along what is ours, tell
 * friends, erase what nobody can use any more. Until all three are done the old identity is kept
 * (`me.leaving`), and every start begins with the first.
 */
export class Leaving {
  readonly #context: Context;
  readonly #former: Identity;
  /** The person as they were. */
  readonly #before: Context;
  readonly #book: FriendBook;

  constructor(context: Context, former: Identity) {
    this.#context = context;
    this.#former = former;
    this.#before = { ...context, me: { identity: former, device: context.me.device } };
    this.#book = new FriendBook(this.#before, () => undefined);
  }

  /**
   * The old feed and blogs become former ones and new ones take their place; messages that came are opened.
   * Resolves with what the old profile said, if there is one.
   */
  async takeAlong(): Promise<ProfileWords | undefined> {
    const { vault } = this.#context;
    const feed = decodeRecord(ownFeedRecord, vault.get('own/feed'));
    if (!feed) return undefined;
    await this.#leaveFeed(feed);
    await this.#leaveBlogs();
    const conversations = new Conversations(this.#before, {
      book: this.#book,
      messages: new Messages(this.#before, new LifeClock(this.#before)),
      erase: (space, ids) => this.#before.stores.erase(space, ids),
      preKeys: new PreKeys(this.#before),
    });
    for (const { conversation } of this.#book.all()) await conversations.read(conversation.name);
    return this.#readProfile();
  }

  /** Writes to every friend, and to those who have asked us; what waits in the outbox outlasts us. */
  async tell(name: string, bundle: KeyBundle, outbox: Outbox): Promise<void> {
    const to = destinationOf(bundle);
    if (!to.ok) throw new CodedError('internal');
    const content = { kind: 'moved', name, proof: proveMove(this.#former, to.value) } as const;
    for (const recipient of [
      ...this.#book.all().map((friend) => friend.bundle),
      ...this.#askers(),
    ]) {
      const letter = writeLetter(this.#context, bundle, recipient, content);
      await outbox.send(`moved/${this.#former.address}/${recipient.address}`, letter);
    }
  }

  async erase(forget: (space: SpaceName) => Promise<void>): Promise<void> {
    const { publicKey } = this.#former;
    await forget(profileSpace(publicKey).name);
    await forget(inboxSpace(publicKey).name);
    await forgetPreKeys(this.#before);
    for (const friend of this.#book.all()) {
      for (const name of conversationsWith(friend)) await forget(name);
    }
  }

  /** The former feed is noted before the new one takes its name's place, so that it is never lost. */
  async #leaveFeed(feed: { space: SpaceName; title: string }): Promise<void> {
    const { vault, now } = this.#context;
    const { address } = this.#former;
    const name = `own/former/${address}`;
    const noted = decodeRecord(ownFormerRecord, vault.get(name));
    if (!noted) await vault.put(name, { address, feed, left: now() });
    if (noted && noted.feed.space !== feed.space) return;
    await new OwnChain(this.#before, feed.space).finish();
    await foundOwnFeed(this.#context, feed.title);
  }

  /** What was begun in them is finished with the key that signed it; then each goes on anew. */
  async #leaveBlogs(): Promise<void> {
    for (const { space } of new OwnBlogs(this.#before).all()) {
      await new OwnChain(this.#before, space).finish();
    }
    await new OwnBlogs(this.#context).goOn();
  }

  async #readProfile(): Promise<ProfileWords | undefined> {
    const { name } = profileSpace(this.#former.publicKey);
    await new OwnChain(this.#before, name).finish();
    const documents = await readWhole(await this.#context.stores.open(name));
    const evaluation = evaluateProfile(documents, this.#former.address);
    if (!evaluation.ok) return undefined;
    const { profile } = evaluation.value;
    const { about, interests, shownFriends } = profile;
    return { name: profile.name, about, interests, shownFriends };
  }

  #askers(): KeyBundle[] {
    return this.#context.vault.entries('request/').flatMap(([, value]) => {
      const record = decodeRecord(requestRecord, value);
      const bundle = record && openBundle(record.bundle, record.address);
      return bundle?.ok === true ? [bundle.value] : [];
    });
  }
}
