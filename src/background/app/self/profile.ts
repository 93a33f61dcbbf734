import { makeProfile, type Profile } from '../../../domain/types/profile.ts';
import type { ProfileContent } from '../../../domain/types/profile-content.ts';
import { evaluateProfile, type ProfileEvaluation } from '../../../domain/space/evaluate-profile.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { ProfileView } from '../../../protocol/page-calls.ts';
import type { StoredDocument } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import type { OwnChain } from './own-chain.ts';
import { readWhole, stored } from './own-spaces.ts';
import { decodeRecord, ownFeedRecord } from '../records.ts';
import { listedSpaces } from '../spaces/public-records.ts';

/** What a person says in their profile; which feeds and forums there are we know ourselves. */
export type ProfileWords = Omit<ProfileContent, 'feeds' | 'forums'>;

/** What we show of ourselves: a signed document in our profile space, replaced by a newer one. */
export class OwnProfile {
  readonly #context: Context;
  readonly #chain: OwnChain;
  #current: ProfileEvaluation | undefined;

  /** @param chain our own, in our profile space */
  constructor(context: Context, chain: OwnChain) {
    this.#context = context;
    this.#chain = chain;
  }

  get name(): string {
    return this.#current?.profile.name ?? '';
  }

  /** The key bundle as it is published. Throws CodedError `not-ready` before `load`. */
  get bundle(): ProfileEvaluation['bundle'] {
    if (!this.#current) throw new CodedError('not-ready');
    return this.#current.bundle;
  }

  /** As it stands. Throws CodedError `not-ready` before `load`. */
  get words(): ProfileWords {
    if (!this.#current) throw new CodedError('not-ready');
    const { name, about, interests, shownFriends } = this.#current.profile;
    return { name, about, interests, shownFriends };
  }

  view(petnameOf: (address: string) => string | undefined): ProfileView {
    if (!this.#current) throw new CodedError('not-ready');
    return viewProfile(this.#current.profile, petnameOf);
  }

  /** Reads our profile; writes this one when there is none, and again what another device of ours wrote. */
  async load(first: ProfileWords): Promise<void> {
    const evaluation = await this.#evaluate();
    if (evaluation.ok) {
      this.#current = evaluation.value;
      if (!evaluation.value.isByCurrentDevice) await this.save(this.words);
      return;
    }
    if (evaluation.code !== 'no-profile') throw new CodedError('data-damaged', 'profile');
    await this.save(first);
  }

  /** After a new bundle was published. */
  async reload(): Promise<void> {
    const evaluation = await this.#evaluate();
    if (!evaluation.ok) throw new CodedError('data-damaged', 'profile');
    this.#current = evaluation.value;
    this.#context.changed('profile');
  }

  /** Publishes a new profile. Resolves with the document to be pushed to friends. */
  async save(content: ProfileWords): Promise<StoredDocument> {
    const feed = decodeRecord(ownFeedRecord, this.#context.vault.get('own/feed'));
    const { blogs, forums } = listedSpaces(this.#context);
    const time = this.#context.now();
    const link = await this.#chain.append((position) => {
      const made = makeProfile({
        writer: this.#chain.writer,
        content: { ...content, feeds: [...(feed ? [feed] : []), ...blogs], forums },
        version: Math.max(time, (this.#current?.profile.version ?? 0) + 1),
        time,
        position,
      });
      if (!made.ok) throw new CodedError('malformed', made.code);
      return { signed: made.value, documents: [stored(made.value.json)] };
    });
    await this.reload();
    this.#context.changed('state', 'feed');
    return stored(link.signed.json);
  }

  async #evaluate() {
    const database = await this.#context.stores.open(this.#chain.space);
    return evaluateProfile(await readWhole(database), this.#context.me.identity.address);
  }
}

/** A verified profile as pages show it; friends it names go by our own petname where we have one. */
export function viewProfile(
  profile: Profile,
  petnameOf: (address: string) => string | undefined,
): ProfileView {
  return {
    address: profile.onionAddress,
    name: profile.name,
    about: profile.about,
    interests: [...profile.interests],
    shownFriends: profile.shownFriends.map(({ address, name }) => ({
      address,
      petname: petnameOf(address) ?? name,
    })),
  };
}
