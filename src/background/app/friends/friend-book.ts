import { type KeyBundle, openBundle } from '../../../domain/types/bundle.ts';
import { conversationSpace, pairSecret } from '../../../domain/friend/pair.ts';
import { profileSpace, type Space } from '../../../domain/space/charter.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { VaultChange } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';
import { decodeRecord, type FriendRecord, friendRecord, generationRecord } from '../records.ts';

/** Outlasts a friendship: who becomes a friend again goes on where they were. */
function generationOf(address: string): string {
  return `generation/${address}`;
}

/** What follows from a friend's verified key bundle and our own keys; never stored. */
export interface FriendSecrets {
  readonly bundle: KeyBundle;
  readonly conversation: Space;
  /** Where the two go on once either has purged their conversation. */
  readonly next: Space;
  /** The name of their first conversation, which all the keys go into. */
  readonly first: SpaceName;
  /** How many conversations they have purged. */
  readonly generation: number;
  /** The name of the friend's profile space. */
  readonly profileName: SpaceName;
}

export interface Friend extends FriendSecrets {
  readonly record: FriendRecord;
}

/** Friends and those we have asked, by address; kept in the vault. */
export class FriendBook {
  readonly #context: Context;
  readonly #friends = new Map<string, Friend>();
  readonly #onChange: () => void;
  /** Each change is made to what the one before left. */
  readonly #oneByOne = serial();

  /** @param onChange after any change to who our friends are, what they may do, or what they write */
  constructor(context: Context, onChange: () => void) {
    this.#context = context;
    this.#onChange = onChange;
    for (const [, value] of context.vault.entries('friend/')) {
      const record = decodeRecord(friendRecord, value);
      const friend = record && this.#withSecrets(record);
      if (friend) this.#friends.set(friend.record.address, friend);
    }
  }

  all(): Friend[] {
    return [...this.#friends.values()].toSorted((a, b) =>
      a.record.petname.localeCompare(b.record.petname),
    );
  }

  find(address: string): Friend | undefined {
    return this.#friends.get(address);
  }

  /** Like `find`. Throws CodedError `unknown-friend`. */
  get(address: string): Friend {
    const friend = this.#friends.get(address);
    if (!friend) throw new CodedError('unknown-friend');
    return friend;
  }

  /** Adds or replaces. Throws CodedError `profile-forged` if the bundle isn't the address's own. */
  save(record: FriendRecord): Promise<Friend> {
    return this.#oneByOne(() => this.#save(record));
  }

  /** Changes what is said, and writes `changes` with it; throws CodedError `unknown-friend` if they are gone by then. */
  async update(
    address: string,
    change: Partial<FriendRecord>,
    changes: readonly VaultChange[] = [],
  ): Promise<void> {
    await this.#oneByOne(() => this.#save({ ...this.get(address).record, ...change }, changes));
  }

  async #save(record: FriendRecord, changes: readonly VaultChange[] = []): Promise<Friend> {
    const friend = this.#withSecrets(record);
    if (!friend) throw new CodedError('profile-forged');
    await this.#context.vault.putMany([[`friend/${record.address}`, { ...record }], ...changes]);
    this.#friends.set(record.address, friend);
    this.#tell();
    return friend;
  }

  /** Remembers when the friend was last there; too frequent and too harmless to announce. */
  seen(address: string, time: number): Promise<void> {
    return this.#oneByOne(async () => {
      const friend = this.#friends.get(address);
      if (!friend) return;
      const record = { ...friend.record, lastSeen: time };
      await this.#context.vault.put(`friend/${address}`, { ...record });
      this.#friends.set(address, { ...friend, record });
    });
  }

  /** `changes` are written with it. */
  remove(address: string, changes: readonly VaultChange[]): Promise<void> {
    return this.#oneByOne(async () => {
      await this.#context.vault.putMany([[`friend/${address}`, undefined], ...changes]);
      this.#friends.delete(address);
      this.#tell();
    });
  }

  /** The conversation as it was is over, and the next one begins. `changes` are written with that. */
  advance(address: string, changes: readonly VaultChange[]): Promise<Friend> {
    return this.#oneByOne(async () => {
      const { record, first, generation } = this.get(address);
      const next = { first, number: generation + 1 };
      await this.#context.vault.putMany([[generationOf(address), next], ...changes]);
      const friend = this.#withSecrets(record);
      if (!friend) throw new CodedError('profile-forged');
      this.#friends.set(address, friend);
      this.#tell();
      return friend;
    });
  }

  #tell(): void {
    this.#context.changed('friends', 'state', 'feed');
    this.#onChange();
  }

  #withSecrets(record: FriendRecord): Friend | undefined {
    const { identity, device } = this.#context.me;
    const bundle = openBundle(record.bundle, record.address);
    if (!bundle.ok) return undefined;
    const theirs = bundle.value;
    const pair = pairSecret(
      device.encryption.secretKey,
      theirs.encryption,
      identity.publicKey,
      theirs.publicKey,
    );
    if (!pair.ok) return undefined;
    const spaceOf = (generation: number) =>
      conversationSpace(pair.value, identity.publicKey, theirs.publicKey, generation);
    const first = spaceOf(0).name;
    const kept = decodeRecord(
      generationRecord,
      this.#context.vault.get(generationOf(record.address)),
    );
    const generation = kept?.first === first ? kept.number : 0;
    return {
      record,
      bundle: theirs,
      conversation: spaceOf(generation),
      next: spaceOf(generation + 1),
      first,
      generation,
      profileName: profileSpace(theirs.publicKey).name,
    };
  }
}
