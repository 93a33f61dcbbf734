import type { Code } from '../../../protocol/codes.ts';
import type { FriendView } from '../../../protocol/page-calls.ts';
import type { Outbox, PeerSync } from '../../../sync/ports.ts';
import type { Friend, FriendBook } from './friend-book.ts';
import type { Friendships } from './friendships.ts';
import { keyViews } from '../self/key-view.ts';
import type { PrivateTalk } from '../conversations/private-talk.ts';
import type { Moves } from './moves.ts';

export interface FriendViewParts {
  readonly book: FriendBook;
  readonly friendships: Friendships;
  readonly talk: PrivateTalk;
  readonly moves: Moves;
  readonly peers: PeerSync;
  readonly outbox: Outbox;
}

/** Friends and those we have asked, as the pages show them. */
export class FriendViews {
  readonly #parts: FriendViewParts;
  readonly #undeliverable = new Map<string, Code>();

  constructor(parts: FriendViewParts) {
    this.#parts = parts;
  }

  all(): FriendView[] {
    return this.#parts.book.all().map((friend) => this.#one(friend));
  }

  /** Their door is closed to strangers' letters, or doesn't take ours. */
  undeliverable(address: string, code: Code): void {
    this.#undeliverable.set(address, code);
  }

  #one({ record, bundle }: Friend): FriendView {
    const { address } = record;
    const { friendships, talk, peers } = this.#parts;
    const state = peers.state(address);
    const lastSeen = state.lastSeen ?? record.lastSeen ?? undefined;
    const lastError = state.code ?? this.#letterTrouble(address);
    return {
      address,
      petname: record.petname,
      name: record.name,
      state: record.state,
      ...(this.#letterTo(address)?.working ? { working: true } : {}),
      connection: state.connection,
      ...(lastSeen === undefined ? {} : { lastSeen }),
      ...(lastError === undefined ? {} : { lastError }),
      verified: record.verified,
      safetyPhrase: friendships.safetyPhraseWith(address),
      keys: keyViews(bundle),
      unreadMessages: talk.messages.unread(address),
      muted: talk.isMuted(address),
      ...this.#move(address),
    };
  }

  #move(address: string): Pick<FriendView, 'movedTo'> {
    const { friendships, moves } = this.#parts;
    const move = moves.of(address);
    if (!move) return {};
    const { to, notNow } = move;
    return { movedTo: { address: to, safetyPhrase: friendships.safetyPhraseWith(to), notNow } };
  }

  /** Why somebody we have asked hasn't got our letter yet. */
  #letterTrouble(address: string): Code | undefined {
    return this.#letterTo(address)?.code ?? this.#undeliverable.get(address);
  }

  #letterTo(address: string) {
    return this.#parts.outbox.waiting().find(({ delivery }) => delivery.address === address);
  }
}
