import type { OnionAddress } from '../../../domain/address.ts';
import { personOf, type PersonKey } from '../../../domain/membership/operation.ts';
import { publicKeyFromAddress } from '../../../domain/address.ts';
import type { Context } from '../context.ts';
import { decodeRecord } from '../records.ts';
import type { OpenSpace, SpacePost } from './open-space.ts';
import { type MutedPersonRecord, mutedPersonRecord, recordsUnder } from './public-records.ts';

/** Whom and what the person doesn't want to see. Nobody else learns of it. */
export class Mutes {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Its posts are on its own page only, and not counted as unread in all. */
  isMuted(space: string): boolean {
    return this.#context.vault.get(`muted-space/${space}`) === true;
  }

  async muteSpace(space: string, muted: boolean): Promise<void> {
    const { vault, changed } = this.#context;
    await vault.putMany([[`muted-space/${space}`, muted ? true : undefined]]);
    changed('spaces', 'forums', 'feed', 'state');
  }

  person(address: string): MutedPersonRecord | undefined {
    return decodeRecord(mutedPersonRecord, this.#context.vault.get(`muted-person/${address}`));
  }

  people(): MutedPersonRecord[] {
    return recordsUnder(this.#context, 'muted-person/', mutedPersonRecord);
  }

  /** @param carried whether what they write is stored and passed on all the same */
  async mutePerson(address: OnionAddress, carried: boolean): Promise<void> {
    const { vault, now } = this.#context;
    const record: MutedPersonRecord = { address, since: now(), carried };
    await vault.put(`muted-person/${address}`, record);
  }

  async unmutePerson(address: OnionAddress): Promise<void> {
    await this.#context.vault.remove(`muted-person/${address}`);
  }

  /** Whether a post in a space of several people is by somebody whom the person doesn't want to read. */
  hiding(): (space: OpenSpace, post: SpacePost) => boolean {
    const muted = new Set<string>(this.people().map(({ address }) => address));
    return (space, post) =>
      muted.size > 0 && isForum(space.kind) && muted.has(space.authorOf(post));
  }

  /** Those whose posts aren't shown. */
  hidden(): ReadonlySet<PersonKey> {
    return new Set(this.people().map(keyOf));
  }

  /** Those of whom nothing is stored or passed on. */
  notCarried(): ReadonlySet<PersonKey> {
    return new Set(
      this.people()
        .filter(({ carried }) => !carried)
        .map(keyOf),
    );
  }
}

/** Where one comes for the others' sake. A circle or a blog one can mute as a whole. */
function isForum(kind: OpenSpace['kind']): boolean {
  return kind === 'public-forum' || kind === 'private-forum' || kind === 'list';
}

function keyOf({ address }: MutedPersonRecord): PersonKey {
  return personOf(publicKeyFromAddress(address));
}
