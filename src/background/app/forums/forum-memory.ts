import * as v from 'valibot';
import { fromBase64Url, toBase64Url } from '../../../domain/bytes.ts';
import type { DocumentId } from '../../../domain/document/id.ts';
import { restoreForum } from '../../../domain/forum/restore.ts';
import { joinForum, type ForumState } from '../../../domain/forum/state.ts';
import type { ForumPreKey } from '../../../domain/forum-keys/pre-key.ts';
import {
  decodeEpochKeys,
  decodeForumPreKey,
  encodeEpochKeys,
  encodeForumPreKey,
} from '../../../domain/forum-keys/stored.ts';
import type { Result } from '../../../domain/result.ts';
import { decodeInvitation, encodeInvitation } from '../../../domain/space/invitation.ts';
import type { Invitation } from '../../../domain/space/invitation.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { VaultChange } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import { decodeRecord } from '../records.ts';

/** Base64url of what the domain encodes. */
const bytesField = v.string();

/** `forum/<space>`: a sealed space that we belong to, or did. */
const forumRecord = v.strictObject({
  /** With the log keys we know, the newest first: it opens the others in the log. */
  invitation: bytesField,
  preKeys: v.array(bytesField),
  since: v.number(),
  /** We have left it, or were removed; what we had of it stays until the person drops it. */
  ended: v.nullable(v.picklist(['left', 'removed'])),
});
export type ForumRecord = v.InferOutput<typeof forumRecord>;

/**
 * What the vault keeps of one sealed space: what can't be worked out from its documents again.
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
    const { record } = this;
    if (!record) return undefined;
    const invitation = this.#sound(decodeInvitation(bytesOf(record.invitation)));
    const preKeys = record.preKeys.map((one) => this.#sound(decodeForumPreKey(bytesOf(one))));
    const me = this.#context.me.identity.publicKey;
    const joined = this.#sound(joinForum(invitation, { me, preKeys }));
    const keys = this.#under('forum-keys').map(([, one]) => this.#sound(decodeEpochKeys(one)));
    const messages = this.#under('forum-read').map(
      ([name, one]) => [name as DocumentId, one] as const,
    );
    return this.#sound(restoreForum(joined, { keys, messages }));
  }

  /** What to write when we join. */
  joining(invitation: Invitation, preKeys: readonly ForumPreKey[]): VaultChange[] {
    const record: ForumRecord = {
      invitation: toBase64Url(encodeInvitation(invitation)),
      preKeys: preKeys.map((one) => toBase64Url(encodeForumPreKey(one))),
      since: this.#context.now(),
      ended: null,
    };
    return [[this.#name, record]];
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
      const logKeys = [...after.logKeys.values()].map(({ secret }) => secret).toReversed();
      const { space, anchor } = after;
      const invitation = encodeInvitation({ space, anchor, logKeys, snapshot: null });
      const preKeys = after.preKeys.map((one) => toBase64Url(encodeForumPreKey(one)));
      changes.push([this.#name, { ...record, invitation: toBase64Url(invitation), preKeys }]);
    }
    return changes;
  }

  async end(how: 'left' | 'removed'): Promise<void> {
    const { record } = this;
    if (record?.ended === null) {
      await this.#context.vault.put(this.#name, { ...record, ended: how });
    }
  }

  /** Destroys every key; after that the database can't be read by anybody here. */
  async forget(): Promise<void> {
    const { vault } = this.#context;
    const names = ['forum-keys', 'forum-read'].flatMap((part) =>
      vault.entries(this.#key(part, '')).map(([name]) => name),
    );
    await vault.putMany([this.#name, ...names].map((name): VaultChange => [name, undefined]));
  }

  #under(part: string): [string, Uint8Array][] {
    return this.#context.vault
      .entries(this.#key(part, ''))
      .flatMap(([name, value]) =>
        typeof value === 'string' ? [[name.slice(name.lastIndexOf('/') + 1), bytesOf(value)]] : [],
      );
  }

  get #name(): string {
    return `forum/${this.space}`;
  }

  #key(part: string, name: string): string {
    return `${part}/${this.space}/${name}`;
  }

  #sound<T>(result: Result<T>): T {
    if (!result.ok) throw new CodedError('data-damaged', this.#name);
    return result.value;
  }
}

function hasOtherSecrets(before: ForumState, after: ForumState): boolean {
  return (
    before.logKeys.size !== after.logKeys.size ||
    before.preKeys !== after.preKeys ||
    before.anchor !== after.anchor
  );
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (!bytes.ok) throw new CodedError('data-damaged');
  return bytes.value;
}
