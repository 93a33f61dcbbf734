import { equalBytes, toBase64Url } from '../../../domain/bytes.ts';
import type { OnionAddress } from '../../../domain/address.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import { restoreForum, withoutJournal } from '../../../domain/forum/restore.ts';
import { joinForum, type ForumState } from '../../../domain/forum/state.ts';
import type { ForumPreKey } from '../../../domain/forum-keys/pre-key.ts';
import {
  decodeEpochKeys,
  decodeForumPreKey,
  encodeEpochKeys,
  encodeForumPreKey,
} from '../../../domain/forum-keys/stored.ts';
import {
  decodeInvitation,
  encodeInvitation,
  type Invitation,
} from '../../../domain/space/invitation.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import type { VaultChange } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import { leaving, leftover } from '../purge-space.ts';
import { decodeRecord } from '../records.ts';
import { bytesIn, forumRecord, type ForumRecord, soundly } from './forum-records.ts';

/** How we come to belong to a space. */
export interface Joining {
  readonly invitation: Invitation;
  readonly preKeys: readonly ForumPreKey[];
  readonly from: OnionAddress | null;
  /** The first members' onion keys, where we found it. */
  readonly founds?: readonly Uint8Array[];
}

/**
 * What the vault keeps of one space with members: what can't be worked out from its documents again.
 * `forum/<space>` · `forum-keys/<space>/<epoch>` · `forum-read/<space>/<document id>`
 */
export class ForumMemory {
  readonly #context: Context;
  readonly space: SpaceName;

  constructor(context: Context, space: SpaceName) {
    this.#context = context;
    this.space = space;
  }

  /** The names of all spaces that are kept. */
  static spaces({ vault }: Context): SpaceName[] {
    return vault.entries('forum/').map(([name]) => name.slice('forum/'.length) as SpaceName);
  }

  get record(): ForumRecord | undefined {
    return decodeRecord(forumRecord, this.#context.vault.get(this.#name));
  }

  /** As it was last kept; its documents are still to be added. Throws CodedError `data-damaged`. */
  load(): ForumState | undefined {
    const joined = this.joined();
    return joined && this.withMessages(joined);
  }

  /** The same without what had to be written down of what was read. */
  joined(): ForumState | undefined {
    const { record } = this;
    if (!record) return undefined;
    const me = this.#context.me.identity.publicKey;
    const preKeys = record.preKeys.map((one) => soundly(decodeForumPreKey(bytesIn(one))));
    const joined = soundly(joinForum(invitationIn(record), { me, preKeys }));
    const keys = this.#under('forum-keys').map(([, one]) => soundly(decodeEpochKeys(one)));
    return soundly(restoreForum(joined, { keys, messages: [] }));
  }

  /** With what was written down and this state hasn't read. */
  withMessages(state: ForumState): ForumState {
    const messages = this.#under('forum-read')
      .map(([name, one]) => [name as DocumentId, one] as const)
      .filter(([id]) => !state.opened.has(id));
    return messages.length === 0 ? state : soundly(restoreForum(state, { keys: [], messages }));
  }

  /** By which we came in, with what has become of its anchor and keys since. */
  get invitation(): Invitation | undefined {
    const { record } = this;
    return record && invitationIn(record);
  }

  /** Another decision is held as final. */
  async setAnchor(anchor: Uint8Array): Promise<void> {
    const { record } = this;
    if (!record) return;
    const invitation = encodeInvitation({ ...invitationIn(record), anchor });
    const changed: ForumRecord = { ...record, invitation: toBase64Url(invitation) };
    await this.#context.vault.put(this.#name, changed);
  }

  /** What to write when we join, or come back. */
  joining({ invitation, preKeys, from, founds }: Joining): VaultChange[] {
    const record: ForumRecord = {
      invitation: toBase64Url(encodeInvitation(invitation)),
      preKeys: preKeys.map((one) => toBase64Url(encodeForumPreKey(one))),
      since: this.#context.now(),
      state: 'catching-up',
      from,
      founds: founds?.map(toBase64Url) ?? null,
    };
    return [
      [this.#name, record],
      [leftover(this.space), undefined],
    ];
  }

  /** What to write when one state has followed another; nothing where documents say it all. */
  changes(before: ForumState, after: ForumState): VaultChange[] {
    const changes: VaultChange[] = [];
    for (const [name, keys] of after.keys) {
      if (before.keys.get(name) === keys) continue;
      changes.push([this.#key('forum-keys', name), toBase64Url(encodeEpochKeys(keys))]);
    }
    for (const [id, plaintext] of after.journal) {
      changes.push([this.#key('forum-read', id), toBase64Url(plaintext)]);
    }
    const { record } = this;
    if (record && hasOtherSecrets(before, after)) {
      const { space, anchor } = after;
      const logKeys = newestFirst(after, invitationIn(record).logKeys);
      const invitation = encodeInvitation({ space, anchor, logKeys, snapshot: null });
      const preKeys = after.preKeys.map((one) => toBase64Url(encodeForumPreKey(one)));
      changes.push([this.#name, { ...record, invitation: toBase64Url(invitation), preKeys }]);
    }
    return changes;
  }

  /** Writes down what has to be; what is given back has nothing left to write. */
  async keep(before: ForumState, after: ForumState): Promise<ForumState> {
    const changes = this.changes(before, after);
    if (changes.length > 0) await this.#context.vault.putMany(changes);
    return after.journal.size > 0 ? withoutJournal(after) : after;
  }

  async setState(state: ForumRecord['state']): Promise<void> {
    const { record } = this;
    if (record && record.state !== state) {
      await this.#context.vault.put(this.#name, { ...record, state });
    }
  }

  /** Lets go of every key, and notes that the space is to be gone. */
  async forget(): Promise<void> {
    const { forms, vault } = this.#context;
    await forms.forget(this.space);
    const names = ['forum-keys', 'forum-read'].flatMap((part) =>
      vault.entries(this.#key(part, '')).map(([name]) => name),
    );
    const gone = [this.#name, `muted-space/${this.space}`, ...names];
    await vault.putMany([
      ...gone.map((name): VaultChange => [name, undefined]),
      ...leaving([this.space]),
    ]);
  }

  #under(part: string): [string, Uint8Array][] {
    return this.#context.vault
      .entries(this.#key(part, ''))
      .flatMap(([name, value]) =>
        typeof value === 'string' ? [[name.slice(name.lastIndexOf('/') + 1), bytesIn(value)]] : [],
      );
  }

  get #name(): string {
    return `forum/${this.space}`;
  }

  #key(part: string, name: string): string {
    return `${part}/${this.space}/${name}`;
  }
}

function invitationIn({ invitation }: ForumRecord): Invitation {
  return soundly(decodeInvitation(bytesIn(invitation)));
}

function hasOtherSecrets(before: ForumState, after: ForumState): boolean {
  return (
    before.logKeys.size !== after.logKeys.size ||
    before.preKeys !== after.preKeys ||
    before.anchor !== after.anchor
  );
}

/** The log keys as they are kept: those that have come since before those that were there. */
function newestFirst({ logKeys }: ForumState, kept: readonly Uint8Array[]): readonly Uint8Array[] {
  const all = [...logKeys.values()].map(({ secret }) => secret);
  const come = all.filter((secret) => !kept.some((one) => equalBytes(one, secret)));
  return [...come.toReversed(), ...kept];
}
