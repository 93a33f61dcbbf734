import { publicKeyFromAddress, parseAddress, type OnionAddress } from '../../../domain/address.ts';
import { toBase64Url } from '../../../domain/bytes.ts';
import type { CborMap } from '../../../domain/cbor.ts';
import type { Content } from '../../../domain/conversation/content.ts';
import type { Kind } from '../../../domain/conversation-kinds/kind.ts';
import { spaceAnswerKind } from '../../../domain/conversation-kinds/space-answer.ts';
import { spaceAskKind } from '../../../domain/conversation-kinds/space-ask.ts';
import { spaceInvitationKind } from '../../../domain/conversation-kinds/space-invitation.ts';
import { openForumPreKey, type ForumPreKeyOffer } from '../../../domain/forum-keys/pre-key.ts';
import { personOf, type PersonKey } from '../../../domain/membership/operation.ts';
import type { Result } from '../../../domain/result.ts';
import { encodeCharter } from '../../../domain/space/charter-bytes.ts';
import type { CharteredSpace } from '../../../domain/space/charter.ts';
import { encodeInvitation, type Invitation } from '../../../domain/space/invitation.ts';
import { spaceIdFromName, spaceNameOf, type SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { VaultChange } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import type { Arrival, Outcome } from '../conversations/arrivals.ts';
import { decodeRecord } from '../records.ts';
import { askedRecord, type AskedRecord, bytesIn } from './forum-records.ts';

/** Private messages to friends, as asks, answers and invitations travel. */
export interface Letters {
  /** `changes` are written with it, or nothing is. Throws CodedError `unknown-friend`. */
  readonly say: (
    address: string,
    content: Content,
    changes: readonly VaultChange[],
  ) => Promise<unknown>;
  readonly handle: <T extends CborMap>(
    kind: Kind<T>,
    receive: (arrival: Arrival<T>) => Outcome,
  ) => void;
}

export interface Asked {
  readonly address: OnionAddress;
  readonly record: AskedRecord;
}

/** What is asked: to join a space that exists, or to found one with these people. */
export interface Question {
  readonly space: CharteredSpace;
  readonly founders: readonly Uint8Array[];
}

/** The friends whom we ask to join a space, and what they say. */
export class Asking {
  readonly #context: Context;
  readonly #letters: Letters;

  /** @param onAnswer once the answer is written down */
  constructor(context: Context, letters: Letters, onAnswer: (space: SpaceName) => Promise<void>) {
    this.#context = context;
    this.#letters = letters;
    letters.handle(spaceAnswerKind, ({ friend, fields: { space, yes } }) => {
      const name = spaceNameOf(space);
      const { address } = friend.record;
      const record = this.#get(name, address);
      if (record === undefined) return {};
      const answered = yes === null ? declined(record) : agreed(record, yes);
      if (answered.device !== null && !offerOf(name, { address, record: answered })?.ok) {
        this.#context.refused('bad-signature', { by: address });
        return {};
      }
      return { changes: [change(name, address, answered)], afterwards: () => onAnswer(name) };
    });
  }

  of(space: string): Asked[] {
    const prefix = `asked/${space}/`;
    return this.#context.vault.entries(prefix).flatMap(([name, value]) => {
      const record = decodeRecord(askedRecord, value);
      const address = parseAddress(name.slice(prefix.length));
      return record && address.ok ? [{ address: address.value, record }] : [];
    });
  }

  /** What the vault is to hold before anybody is asked. */
  asking(space: SpaceName, people: readonly OnionAddress[]): VaultChange[] {
    const record: AskedRecord = {
      time: this.#context.now(),
      sent: false,
      answer: 'waiting',
      device: null,
      preKey: null,
      invited: false,
    };
    return people.map((address) => change(space, address, record));
  }

  /** Asks those who haven't been: after each start, too. Who is no friend any more is asked nothing. */
  async send({ space, founders }: Question): Promise<void> {
    for (const { address, record } of this.of(space.name)) {
      if (record.sent) continue;
      const charter = encodeCharter(space.charter);
      const others = founders.filter((one) => personOf(one) !== keyOf(address));
      const sent = change(space.name, address, { ...record, sent: true });
      await this.#say(space.name, address, spaceAskKind.write({ charter, founders: others }), sent);
    }
  }

  /** The pre-keys of those who have agreed and are not known to have brought one themselves. */
  told(space: SpaceName): ReadonlyMap<PersonKey, ForumPreKeyOffer> {
    const told = new Map<PersonKey, ForumPreKeyOffer>();
    for (const asked of this.of(space)) {
      const offer = offerOf(space, asked);
      if (offer?.ok) told.set(keyOf(asked.address), offer.value);
    }
    return told;
  }

  async invite(
    space: SpaceName,
    { address, record }: Asked,
    invitation: Invitation,
  ): Promise<void> {
    const content = spaceInvitationKind.write({ invitation: encodeInvitation(invitation) });
    await this.#say(space, address, content, change(space, address, { ...record, invited: true }));
  }

  /** Nothing is open with this friend any more. */
  async settled(space: SpaceName, address: OnionAddress): Promise<void> {
    await this.#context.vault.remove(recordName(space, address));
  }

  forgetting(space: SpaceName): VaultChange[] {
    return this.of(space).map(({ address }) => [recordName(space, address), undefined]);
  }

  async #say(
    space: SpaceName,
    address: OnionAddress,
    content: Result<Content>,
    with_: VaultChange,
  ): Promise<void> {
    if (!content.ok) throw new CodedError('internal', content.code);
    try {
      await this.#letters.say(address, content.value, [with_]);
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'unknown-friend') throw error;
      await this.settled(space, address);
    }
  }

  #get(space: SpaceName, address: OnionAddress): AskedRecord | undefined {
    return decodeRecord(askedRecord, this.#context.vault.get(recordName(space, address)));
  }
}

function recordName(space: SpaceName, address: OnionAddress): string {
  return `asked/${space}/${address}`;
}

function change(space: SpaceName, address: OnionAddress, record: AskedRecord): VaultChange {
  return [recordName(space, address), { ...record }];
}

function agreed(
  record: AskedRecord,
  { device, preKey }: { readonly device: Uint8Array; readonly preKey: Uint8Array },
): AskedRecord {
  const told = { device: toBase64Url(device), preKey: toBase64Url(preKey) };
  return { ...record, answer: 'agreed', ...told, invited: false };
}

function declined(record: AskedRecord): AskedRecord {
  return { ...record, answer: 'declined', device: null, preKey: null };
}

function offerOf(
  space: SpaceName,
  { address, record: { device, preKey } }: Asked,
): Result<ForumPreKeyOffer> | undefined {
  if (device === null || preKey === null) return undefined;
  const speaker = { publicKey: publicKeyFromAddress(address), device: bytesIn(device) };
  return openForumPreKey(bytesIn(preKey), speaker, spaceIdFromName(space));
}

/** How membership names who lives at an address. */
export function keyOf(address: OnionAddress): PersonKey {
  return personOf(publicKeyFromAddress(address));
}
