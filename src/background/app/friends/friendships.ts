import {
  findAddressInLink,
  type OnionAddress,
  publicKeyFromAddress,
} from '../../../domain/address.ts';
import { safetyPhrase } from '../../../domain/friend/safety-phrase.ts';
import type { FriendRequest } from '../../../domain/friend/request.ts';
import { evaluateProfile, type ProfileEvaluation } from '../../../domain/space/evaluate-profile.ts';
import { isExpired, type KeyBundle, openBundle } from '../../../domain/types/bundle.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { FriendPreview, RequestView } from '../../../protocol/page-calls.ts';
import type { Outbox } from '../../../sync/ports.ts';
import type { Context } from '../context.ts';
import type { FriendBook } from './friend-book.ts';
import { writeLetter } from './inbox.ts';
import { hexInGroups } from '../self/key-view.ts';
import { stored } from '../self/own-spaces.ts';
import { type OwnProfile, viewProfile } from '../self/profile.ts';
import { codeOfProfile } from './profile-code.ts';
import { decodeRecord, type RequestRecord, requestRecord } from '../records.ts';

export interface FriendshipPorts {
  readonly outbox: Outbox;
  /** All documents of a person's profile space, over Tor; stores nothing. */
  readonly fetchProfile: (address: OnionAddress) => Promise<unknown[]>;
}

/** How two people become friends, and cease to be: look, ask, accept, decline, remove. */
export class Friendships {
  readonly #context: Context;
  readonly #book: FriendBook;
  readonly #profile: OwnProfile;
  readonly #ports: FriendshipPorts;
  /** The person last looked at: what was shown is what gets added. */
  #previewed: ProfileEvaluation | undefined;

  constructor(context: Context, book: FriendBook, profile: OwnProfile, ports: FriendshipPorts) {
    this.#context = context;
    this.#book = book;
    this.#profile = profile;
    this.#ports = ports;
  }

  /** Fetches and checks a person's profile. Throws a CodedError that says what was wrong. */
  async preview(link: string): Promise<FriendPreview> {
    const found = findAddressInLink(link);
    if (!found.ok) throw new CodedError('not-an-onion-link');
    const address = found.value;
    if (address === this.#context.me.identity.address) throw new CodedError('own-address');
    const seen = await this.#fetch(address);
    this.#previewed = seen;
    return {
      address,
      profile: viewProfile(seen.profile, (other) => this.#book.find(other)?.record.petname),
      safetyPhrase: this.safetyPhraseWith(address),
      encryptionKey: hexInGroups(seen.bundle.encryption),
      already: this.#relationTo(address),
    };
  }

  /** Adds the person last previewed and asks them. Someone who has asked us is accepted instead. */
  async add(address: OnionAddress, petname: string, note: string): Promise<void> {
    if (this.#requestOf(address)) return this.accept(address, petname);
    if (this.#book.find(address)?.record.state === 'friend')
      throw new CodedError('already-a-friend');
    const seen =
      this.#previewed?.bundle.address === address ? this.#previewed : await this.#fetch(address);
    if (isExpired(seen.bundle, this.#context.now())) throw new CodedError('keys-expired');
    await this.#save(seen.bundle, { petname, name: seen.profile.name, state: 'requested' }, seen);
    await this.#context.vault.putMany([
      [`declined/${address}`, undefined],
      [`blocked/${address}`, undefined],
    ]);
    await this.#send('request', seen.bundle, note);
  }

  requests(): RequestView[] {
    return this.#context.vault.entries('request/').flatMap(([, value]) => {
      const record = decodeRecord(requestRecord, value);
      if (!record) return [];
      const { address, name, note, time } = record;
      return [{ address, name, note, time, safetyPhrase: this.safetyPhraseWith(address) }];
    });
  }

  /** Throws a CodedError where the keys in the request have expired and no newer ones can be had. */
  async accept(address: OnionAddress, petname: string): Promise<void> {
    const request = this.#requestOf(address);
    if (!request) throw new CodedError('no-such-request');
    const bundle = await this.#validBundle(request);
    const friend = await this.#book.save({
      address,
      petname,
      name: request.name,
      state: 'friend',
      since: this.#context.now(),
      verified: false,
      bundle,
      feeds: [],
      unfollowed: [],
      forums: [],
      formerFeeds: [],
      lastSeen: null,
    });
    await this.#context.vault.remove(`request/${address}`);
    this.#context.changed('requests', 'state');
    await this.#send('accept', friend.bundle, '');
  }

  /** They are not told, and what they send again is not shown. Adding them oneself ends that. */
  async decline(address: OnionAddress): Promise<void> {
    if (!this.#requestOf(address)) throw new CodedError('no-such-request');
    await this.#context.vault.putMany([
      [`request/${address}`, undefined],
      [`declined/${address}`, this.#context.now()],
    ]);
    this.#context.changed('requests', 'state');
  }

  /** What an inbox letter means, given what we are to its sender already. */
  async receive(letter: FriendRequest): Promise<void> {
    const { address } = letter.from;
    const friend = this.#book.find(address);
    if (letter.kind === 'accept') {
      // Only somebody we have asked can accept.
      if (friend?.record.state === 'requested') await this.becomeFriends(address);
      return;
    }
    if (friend) {
      // We both asked, or they lost their list: either way we want to be friends.
      // A letter that was held back may enclose older keys than those we know.
      const isOlder = letter.from.seq < friend.bundle.seq;
      const bundle = isOlder ? friend.record.bundle : kept(letter.from);
      await this.#book.update(address, { state: 'friend', bundle });
      await this.#sendUnlessExpired('accept', this.#book.get(address).bundle);
      return;
    }
    if (this.#context.vault.get(`declined/${address}`) !== undefined) return;
    const record: RequestRecord = {
      address,
      name: letter.name,
      note: letter.note,
      time: Math.min(letter.time, this.#context.now()),
      bundle: kept(letter.from),
    };
    await this.#context.vault.put(`request/${address}`, record);
    this.#context.changed('requests', 'state');
  }

  /** Asks once more, from where we are now. What was written with it the first time can't be read again. */
  async askAgain(address: string): Promise<void> {
    await this.#sendUnlessExpired('request', this.#book.get(address).bundle);
  }

  /** Our keys have changed: every friend, and whoever we asked, gets the new ones with a letter. */
  async tellAll(): Promise<void> {
    for (const { bundle } of this.#book.all()) await this.#sendUnlessExpired('request', bundle);
  }

  /** They have accepted: their letter came, or they came to our door, which only who has accepted does. */
  async becomeFriends(address: string): Promise<void> {
    if (this.#book.find(address)?.record.state !== 'requested') return;
    await this.#book.update(address, { state: 'friend' });
  }

  /** A friend's profile has changed here: keep what they call themselves, their feeds and their keys. */
  async refresh(address: OnionAddress, documents: readonly unknown[]): Promise<void> {
    const friend = this.#book.find(address);
    if (!friend) return;
    const evaluation = evaluateProfile(documents, address);
    if (!evaluation.ok) {
      this.#context.refused(evaluation.code, { by: address });
      return;
    }
    const { bundle, profile } = evaluation.value;
    const { record } = friend;
    const before = JSON.stringify([record.name, record.feeds, record.forums, record.bundle]);
    const now = {
      name: profile.name,
      feeds: [...profile.feeds],
      forums: [...(profile.forums ?? [])],
      bundle: kept(bundle),
    };
    if (bundle.seq < friend.bundle.seq) now.bundle = record.bundle;
    if (JSON.stringify([now.name, now.feeds, now.forums, now.bundle]) === before) return;
    // Their onion key vouches for the new keys, so a person who compared the phrase need not do so again.
    await this.#book.update(address, now);
  }

  /**
   * Their door speaks with another device key than we know: what their profile says now, which their onion
   * key vouches for. Rejects as `fetchProfile` does.
   */
  async lookAgain(address: OnionAddress): Promise<void> {
    await this.refresh(address, await this.#ports.fetchProfile(address));
  }

  safetyPhraseWith(address: OnionAddress): string {
    return safetyPhrase(this.#context.me.identity.publicKey, publicKeyFromAddress(address));
  }

  async #fetch(address: OnionAddress): Promise<ProfileEvaluation> {
    const documents = await this.#ports.fetchProfile(address);
    if (documents.length === 0) throw new CodedError('profile-missing');
    const evaluation = evaluateProfile(documents, address);
    if (!evaluation.ok) throw new CodedError(codeOfProfile(evaluation.code));
    return evaluation.value;
  }

  async #save(
    bundle: KeyBundle,
    who: { petname: string; name: string; state: 'requested' | 'friend' },
    seen: ProfileEvaluation,
  ): Promise<void> {
    await this.#book.save({
      ...who,
      address: bundle.address,
      since: this.#context.now(),
      verified: false,
      bundle: kept(bundle),
      feeds: [...seen.profile.feeds],
      unfollowed: [],
      forums: [...(seen.profile.forums ?? [])],
      formerFeeds: [],
      lastSeen: null,
    });
  }

  async #send(kind: 'request' | 'accept', recipient: KeyBundle, note: string): Promise<void> {
    const content = { kind, name: this.#profile.name, note };
    const letter = writeLetter(this.#context, this.#profile.bundle, recipient, content);
    await this.#ports.outbox.send(`letter/${recipient.address}`, letter);
  }

  /** Nobody waits for this letter; its recipient shows up with newer keys, or never. */
  async #sendUnlessExpired(kind: 'request' | 'accept', recipient: KeyBundle): Promise<void> {
    if (!isExpired(recipient, this.#context.now())) return this.#send(kind, recipient, '');
    this.#context.refused('expired');
  }

  /** The one that came with the request, or a newer one where that has expired. */
  async #validBundle({ address, bundle }: RequestRecord): Promise<RequestRecord['bundle']> {
    const now = this.#context.now();
    const enclosed = openBundle(bundle, address);
    if (enclosed.ok && !isExpired(enclosed.value, now)) return bundle;
    const { bundle: newer } = await this.#fetch(address);
    if (isExpired(newer, now)) throw new CodedError('keys-expired');
    return kept(newer);
  }

  #requestOf(address: string): RequestRecord | undefined {
    return decodeRecord(requestRecord, this.#context.vault.get(`request/${address}`));
  }

  #relationTo(address: string): FriendPreview['already'] {
    const state = this.#book.find(address)?.record.state;
    if (state) return state;
    return this.#requestOf(address) ? 'asks-us' : 'no';
  }
}

function kept(bundle: KeyBundle) {
  return stored(bundle.document);
}
