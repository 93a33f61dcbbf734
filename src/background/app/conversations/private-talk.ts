import type { SpaceName } from '../../../domain/space/name.ts';
import { introductionKind } from '../../../domain/conversation-kinds/introduction.ts';
import type { Life } from '../../../domain/conversation-kinds/life.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { ConversationView } from '../../../protocol/page-calls/conversations.ts';
import type { PeerSync } from '../../../sync/ports.ts';
import type { Context } from '../context.ts';
import type { Files } from '../files/files.ts';
import type { FriendBook } from '../friends/friend-book.ts';
import type { TalkRecord, TalkSettings } from '../records.ts';
import type { HeldPreKeys } from './conversation-states.ts';
import { viewMessage } from './conversation-view.ts';
import { Conversations, type Say } from './conversations.ts';
import { LifeClock } from './life-clock.ts';
import { Lives, type LivesParts } from './lives.ts';
import { textContent } from './message-content.ts';
import { MessageFiles } from './message-files.ts';
import { MessageDelivery } from './message-delivery.ts';
import { Messages } from './messages.ts';
import { Purges } from './purges.ts';
import { Receipts } from './receipts.ts';
import { TalkRecords } from './talk-records.ts';
import { Timers } from './timers.ts';

export interface PrivateTalkParts {
  readonly files: Files;
  readonly book: FriendBook;
  readonly preKeys: HeldPreKeys;
  readonly peers: Pick<PeerSync, 'push' | 'state'>;
  readonly forget: (space: SpaceName) => Promise<void>;
  readonly erase: (space: SpaceName, ids: readonly string[]) => Promise<void>;
  readonly sweepIn: LivesParts['sweepIn'];
}

/** All that two people can do with each other in private. */
export class PrivateTalk {
  readonly messages: Messages;
  readonly conversations: Conversations;
  readonly files: MessageFiles;
  readonly lives: Lives;
  readonly #context: Context;
  readonly #book: FriendBook;
  readonly #delivery: MessageDelivery;
  readonly #talks: TalkRecords;
  readonly #receipts: Receipts;
  readonly #timers: Timers;
  readonly #purges: Purges;

  constructor(context: Context, parts: PrivateTalkParts) {
    const { book, preKeys, peers, forget, erase, sweepIn } = parts;
    this.#context = context;
    this.#book = book;
    this.messages = new Messages(context, new LifeClock(context));
    const { messages } = this;
    this.conversations = new Conversations(context, { book, messages, preKeys, erase });
    const { conversations, say } = this;
    this.files = new MessageFiles({ book, messages, files: parts.files });
    this.#delivery = new MessageDelivery(conversations, messages, {
      peers,
      changed: () => {
        context.changed('conversation');
        this.lives.schedule();
      },
    });
    this.#talks = new TalkRecords(context);
    const shared = { book, messages, conversations, talks: this.#talks, say };
    this.lives = new Lives(context, { messages, conversations, sweepIn });
    this.#receipts = new Receipts(shared);
    this.#timers = new Timers(context, shared);
    conversations.handle(introductionKind, () => ({ unread: true }));
    const goOn = async (address: string) => {
      await conversations.mend(address);
      this.#background(this.#delivery.sendAll(address));
    };
    this.#purges = new Purges(context, { ...shared, forget, goOn });
  }

  /** At every start, before anything is shown: what is over goes, what was left half done is done. */
  async open(): Promise<void> {
    await this.lives.sweep();
    const there = new Set(await this.#context.stores.list());
    for (const friend of this.#book.all()) {
      await this.conversations.read(friend.conversation.name);
      if (there.has(friend.next.name)) await this.conversations.read(friend.next.name);
      await this.conversations.mend(friend.record.address);
    }
    await this.conversations.forgetEnded();
    await this.#purges.resume();
  }

  /** Documents have come to this space. */
  async read(space: string): Promise<void> {
    const about = () => this.#book.all().find(({ conversation }) => conversation.name === space);
    const before = about();
    await this.conversations.read(space);
    const friend = about();
    if (!friend) return;
    if (!before) await this.#purges.resume();
    // They are there to speak: what they didn't take before, they may take now.
    this.#background(this.#delivery.sendAll(friend.record.address));
    this.lives.schedule();
  }

  /** What waits for this friend, who has just come. */
  async meet(address: string): Promise<void> {
    await this.#delivery.sendAll(address);
    await this.#receipts.settle(address);
  }

  async goOn(address: string): Promise<void> {
    if (await this.conversations.mend(address)) this.#background(this.#delivery.sendAll(address));
  }

  /** @param attached files that a page has brought */
  async sendMessage(
    address: string,
    text: string,
    attached: readonly string[] = [],
  ): Promise<{ id: string }> {
    const trimmed = text.trim();
    if (trimmed === '' && attached.length === 0) throw new CodedError('text-empty');
    const { life } = this.#talks.of(address).timer;
    const { id } = await this.files.attach(address, attached, (manifests) =>
      this.say(address, textContent(trimmed, life, manifests)),
    );
    return { id };
  }

  /** Anything. Throws CodedErrors `unknown-friend`, `not-allowed`. */
  readonly say: Say = async (address, content, changes) => {
    const { id, ...waiting } = await this.conversations.write(address, content, changes);
    this.#background(this.#delivery.send(address, waiting));
    return { id };
  };

  /** Tells a friend of another one, by the name that one uses: what we call them is ours. */
  async introduce(address: string, other: string): Promise<void> {
    const { record } = this.#book.get(other);
    const { address: who, name } = record;
    const content = introductionKind.write({ address: who, name });
    if (!content.ok || other === address) throw new CodedError('not-allowed');
    await this.say(address, content.value);
  }

  /** How much is unread, of each friend who isn't muted. */
  unread(): ReadonlyMap<string, number> {
    const all = [...this.messages.unreadByFriend()];
    return new Map(all.filter(([address]) => !this.isMuted(address)));
  }

  isMuted(address: string): boolean {
    return this.#talks.of(address).muted;
  }

  /** What comes from this friend is counted on their own row only, and nothing tells of it. */
  async mute(address: string, muted: boolean): Promise<void> {
    this.#book.get(address);
    await this.conversations.note(() => [this.#talks.change(address, { muted })]);
    this.#context.changed('state');
  }

  async markRead(address: string): Promise<void> {
    const read = await this.messages.markRead(address);
    this.lives.schedule();
    await this.#receipts.saw(address, read);
  }

  view(address: string): ConversationView {
    const { petname } = this.#book.get(address).record;
    const { timer, receipts } = this.#talks.of(address);
    const agreed = this.#receipts.agreed(address);
    const isGoing = (id: string) => this.#delivery.isGoing(address, id);
    const purge = this.#purges.of(address);
    const theirs = this.#talks.of(address).theirs;
    return {
      address,
      petname,
      messages: this.messages
        .all(address)
        .flatMap((kept) => viewMessage(kept, { isGoing, receipts: agreed }) ?? []),
      timer: { life: timer.life, mine: timer.mine },
      receipts: { setting: receipts, on: this.#receipts.wanted(address), theirs },
      muted: this.isMuted(address),
      ...(purge && { purge: { time: purge.time, state: purge.state } }),
    };
  }

  setTimer(address: string, life: Life): Promise<void> {
    return this.#timers.set(address, life);
  }

  setReceipts(address: string, receipts: TalkRecord['receipts']): Promise<void> {
    return this.#receipts.set(address, receipts);
  }

  settings(): TalkSettings {
    return this.#talks.settings();
  }

  async setSettings(settings: TalkSettings): Promise<void> {
    await this.#talks.setSettings(settings);
    await this.#receipts.settleAll();
    this.#context.changed('conversation', 'friends');
  }

  purge(address: string): Promise<void> {
    return this.#purges.purge(address);
  }

  dismissPurge(address: string): Promise<void> {
    return this.#purges.dismiss(address);
  }

  /** What was said and agreed with a friend who has another address now. */
  async take(from: string, to: string): Promise<void> {
    await this.messages.take(from, to);
    await this.#context.drafts.take(from, to);
    await this.conversations.note(() => this.#talks.taking(from, to));
  }

  /** Who is no friend any more. @param kept what was said can still be read */
  async forget(address: string, kept = false): Promise<void> {
    await (kept ? this.messages.close(address) : this.messages.forget(address));
    await this.conversations.note([
      this.#talks.forgetting(address),
      [`purge/${address}`, undefined],
      [`purge-answer/${address}`, undefined],
      ...this.#context.drafts.forgetting(address),
    ]);
    await this.conversations.forgetEnded();
    await this.#context.vault.finishPurges();
  }

  /** Work nobody waits for. */
  #background(work: Promise<unknown>): void {
    work.catch(this.#context.failed);
  }
}
