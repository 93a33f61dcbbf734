import { addressFromPublicKey, type OnionAddress } from '../../../domain/address.ts';
import { toBase64Url } from '../../../domain/bytes.ts';
import { spaceAnswerKind } from '../../../domain/conversation-kinds/space-answer.ts';
import { spaceAskKind } from '../../../domain/conversation-kinds/space-ask.ts';
import { spaceInvitationKind } from '../../../domain/conversation-kinds/space-invitation.ts';
import { decodeForumPreKey, encodeForumPreKey } from '../../../domain/forum-keys/stored.ts';
import type { CharteredSpace } from '../../../domain/space/charter.ts';
import { decodeInvitation } from '../../../domain/space/invitation.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { VaultChange } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import type { Arrival, Outcome } from '../conversations/arrivals.ts';
import { decodeRecord } from '../records.ts';
import type { Letters } from './asking.ts';
import { ForumMemory } from './forum-memory.ts';
import {
  bytesIn,
  soundly,
  spaceAskRecord,
  type SpaceAskRecord,
  spaceJoinRecord,
  type SpaceJoinRecord,
} from './forum-records.ts';
import { type MemberCharter, memberSpaceIn } from './member-space.ts';
import { newPreKey } from './operations.ts';

/** More than anybody has a mind to answer; what comes above it is not kept. */
const mostAsks = 200;

/** A space with members that is asked about, or waited for. */
export interface Ask<Kept> {
  readonly space: CharteredSpace<MemberCharter>;
  readonly record: Kept;
}

/** What friends ask us to join, what we answer, and the invitations that follow. */
export class BeingAsked {
  readonly #context: Context;
  readonly #letters: Letters;

  /** @param onInvited once we hold what an invitation gave */
  constructor(
    context: Context,
    letters: Letters,
    onInvited: (space: SpaceName) => Promise<unknown>,
  ) {
    this.#context = context;
    this.#letters = letters;
    letters.handle(spaceAskKind, (arrival) => this.#asked(arrival));
    letters.handle(spaceInvitationKind, (arrival) => this.#invited(arrival, onInvited));
  }

  /** What waits for our answer. */
  asks(): Ask<SpaceAskRecord>[] {
    return this.#context.vault.entries('space-ask/').flatMap(([, value]) => {
      const record = decodeRecord(spaceAskRecord, value);
      const space = record && memberSpaceIn(bytesIn(record.charter));
      return space ? [{ space, record }] : [];
    });
  }

  /** Where we have said yes, and are not in yet. */
  joining(): Ask<SpaceJoinRecord>[] {
    return this.#context.vault.entries('space-join/').flatMap(([, value]) => {
      const record = decodeRecord(spaceJoinRecord, value);
      const space = record && memberSpaceIn(bytesIn(record.charter));
      return space ? [{ space, record }] : [];
    });
  }

  /** Throws CodedError `no-such-request`; `unknown-friend` if who asked is a friend no longer, and the ask is gone then. */
  async answer(name: string, yes: boolean): Promise<void> {
    const ask = this.asks().find(({ space }) => space.name === name);
    if (!ask) throw new CodedError('no-such-request');
    const { space, record } = ask;
    const answered: VaultChange = [`space-ask/${name}`, undefined];
    const [content, joining] = yes ? this.#yes(ask) : [{ space: space.id, yes: null }, []];
    const written = spaceAnswerKind.write(content);
    if (!written.ok) throw new CodedError('internal', written.code);
    try {
      await this.#letters.say(record.from, written.value, [answered, ...joining]);
    } catch (error) {
      if (error instanceof CodedError && error.code === 'unknown-friend') {
        await this.#context.vault.putMany([answered]);
      }
      throw error;
    }
    this.#context.changed('forums', 'state');
  }

  /** We don't wait to be let in any more: an invitation that comes all the same is not taken. */
  async forget(name: string): Promise<boolean> {
    const { vault } = this.#context;
    if (vault.get(`space-join/${name}`) === undefined) return false;
    await vault.remove(`space-join/${name}`);
    return true;
  }

  #yes({ space, record }: Ask<SpaceAskRecord>) {
    const { me, vault } = this.#context;
    const preKey = newPreKey(this.#context, space.id);
    const before = decodeRecord(spaceJoinRecord, vault.get(`space-join/${space.name}`));
    const joining: SpaceJoinRecord = {
      space: space.name,
      charter: record.charter,
      preKeys: [...(before?.preKeys ?? []), toBase64Url(encodeForumPreKey(preKey))],
      time: this.#context.now(),
    };
    const content = {
      space: space.id,
      yes: { device: me.device.signing.publicKey, preKey: preKey.statement },
    };
    const changes: VaultChange[] = [[`space-join/${space.name}`, joining]];
    return [content, changes] as const;
  }

  #asked({
    friend,
    fields,
    time,
  }: Arrival<{ charter: Uint8Array; founders: readonly Uint8Array[] }>): Outcome {
    const space = memberSpaceIn(fields.charter);
    if (!space || this.#isIn(space.name) || this.asks().length >= mostAsks) return {};
    const record: SpaceAskRecord = {
      from: friend.record.address,
      charter: toBase64Url(fields.charter),
      founders: fields.founders.map((key): OnionAddress => addressFromPublicKey(key)),
      time,
    };
    return {
      changes: [[`space-ask/${space.name}`, record]],
      afterwards: async () => this.#context.changed('forums', 'state'),
    };
  }

  /** Only where we have said that we want to. Who invites us is not asked about: the log tells who let us in. */
  #invited(
    { friend, fields }: Arrival<{ invitation: Uint8Array }>,
    onInvited: (space: SpaceName) => Promise<unknown>,
  ): Outcome {
    const decoded = decodeInvitation(fields.invitation);
    if (!decoded.ok) {
      this.#context.refused(decoded.code, { by: friend.record.address });
      return {};
    }
    const invitation = decoded.value;
    const { name } = invitation.space;
    const wanted = this.joining().find(({ space }) => space.name === name);
    if (!wanted || this.#isIn(name)) return {};
    const preKeys = wanted.record.preKeys.map((one) => soundly(decodeForumPreKey(bytesIn(one))));
    const memory = new ForumMemory(this.#context, name);
    const from = friend.record.address;
    return {
      changes: [
        ...memory.joining({ invitation, preKeys, from }),
        [`space-join/${name}`, undefined],
        // Whoever has followed a blog until now reads it as one of its authors.
        [`public/${name}`, undefined],
      ],
      afterwards: () => onInvited(name),
    };
  }

  #isIn(name: SpaceName): boolean {
    const state = new ForumMemory(this.#context, name).record?.state;
    return state === 'member' || state === 'catching-up';
  }
}
