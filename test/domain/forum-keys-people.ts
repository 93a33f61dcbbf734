import { makeEpoch, openBox, type EpochMade } from '../../src/domain/forum-keys/boxes.ts';
import type { Epoch } from '../../src/domain/forum-keys/epoch.ts';
import {
  keysOfEpoch,
  type EpochKeys,
  type ForumMode,
} from '../../src/domain/forum-keys/epoch-keys.ts';
import { openForumMessage, sealForumMessage } from '../../src/domain/forum-keys/message.ts';
import { makeForumPreKey, type ForumPreKey } from '../../src/domain/forum-keys/pre-key.ts';
import type { Gated } from '../../src/domain/document/gated.ts';
import { fromUtf8, utf8 } from '../../src/domain/bytes.ts';
import { accept, type Result } from '../../src/domain/result.ts';
import { must, seeded, type Person } from './people.ts';

export const now = 1_700_000_000_000;
export const random = seeded('forum keys');
export const spaceId = random(32);

/** A person in the forum, with one pre-key for it. */
export interface Member {
  readonly person: Person;
  readonly member: Uint8Array;
  readonly preKey: ForumPreKey;
}

export function memberOf(person: Person): Member {
  const owner = person.identity.publicKey;
  const signer = person.device.signing;
  const preKey = makeForumPreKey({ spaceId, owner, signer, now }, random);
  return { person, member: owner, preKey };
}

export const recipient = ({ member, preKey }: Member) => ({
  member,
  preKey: { id: preKey.id, key: preKey.keys.publicKey },
});

export function epochFor(
  members: readonly Member[],
  more: { generation?: number; past?: EpochMade[]; oldLogKey?: Uint8Array } = {},
): EpochMade {
  const { generation = 1, past = [], oldLogKey } = more;
  return must(
    makeEpoch(
      {
        spaceId,
        generation,
        members: members.map(recipient),
        past: past.map(({ epoch, secret }) => ({ id: epoch.id, secret })),
        ...(oldLogKey === undefined ? {} : { oldLogKey }),
      },
      random,
    ),
  );
}

export function boxOf(epoch: Epoch, { member, preKey }: Member): Result<Uint8Array> {
  return openBox(epoch, { spaceId, member, preKeys: [preKey] });
}

/** What a member holds after receiving the epoch. */
export function keysFor(epoch: Epoch, me: Member, mode: ForumMode): EpochKeys {
  return must(keysOfEpoch(epoch, must(boxOf(epoch, me)), { mode, me: me.member }));
}

export function post(keys: EpochKeys, text: string): readonly [EpochKeys, Gated] {
  const sealed = must(sealForumMessage(keys, spaceId, utf8(text), random));
  return [sealed.keys, sealed.message];
}

/** What the message says, or why it can't be read; nothing is used up. */
export function peek(keys: readonly EpochKeys[], message: Gated): Result<string> {
  const opened = openForumMessage(keys, spaceId, message, fromUtf8);
  return opened.ok ? accept(opened.value.value) : opened;
}

export function read(keys: EpochKeys, message: Gated): readonly [EpochKeys, string] {
  const opened = must(openForumMessage([keys], spaceId, message, fromUtf8));
  return [opened.keys, opened.value];
}
