import { equalBytes, toBase64Url } from '../../../domain/bytes.ts';
import type { CborMap } from '../../../domain/cbor.ts';
import { signForLog, type Author } from '../../../domain/forum/author.ts';
import { deviceWord } from '../../../domain/forum/duty.ts';
import { sayFarewell } from '../../../domain/forum/farewell.ts';
import { issueEpoch } from '../../../domain/forum/issue-epoch.ts';
import { withPreKey } from '../../../domain/forum/add.ts';
import {
  makeForumPreKey,
  openForumPreKey,
  type ForumPreKey,
  type ForumPreKeyOffer,
} from '../../../domain/forum-keys/pre-key.ts';
import type { SignedDocument } from '../../../domain/document/signed.ts';
import { makeMemberKey, makeOperation, type Act } from '../../../domain/membership/make.ts';
import type { DecisionNode, Node } from '../../../domain/membership/node.ts';
import type { OpenProposal } from '../../../domain/membership/standing-proposals.ts';
import { bytesOfName, type PersonKey } from '../../../domain/membership/operation.ts';
import { accept, refuse, type Result } from '../../../domain/result.ts';
import type { Assembly } from '../../../domain/space/assembly.ts';
import type { Context } from '../context.ts';
import type { MemberSpace } from './member-space.ts';
import type { SealedSpace } from './sealed-space.ts';

/** What we say in the log of a space with members. Each resolves once it is stored here, and on its way to the others. */
export class Operations {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Resolves with the operation's hash. */
  async operate(space: MemberSpace, act: Act): Promise<Uint8Array> {
    const { hash } = await space.say((assembly, author) => operation(assembly, author, act));
    return hash;
  }

  /** Whoever is in the log but for their device can't say anything there. */
  bringDevice(space: MemberSpace): Promise<void> {
    const { me } = this.#context;
    return space.bring(({ membership, state }) => {
      const heads = membership.heads.map(({ name }) => bytesOfName(name));
      return makeMemberKey(me.identity, state.space.id, me.device.signing.publicKey, heads);
    });
  }

  /** A new one; those whose time is over are destroyed. The vault has its secret first. */
  async offerPreKey(space: SealedSpace): Promise<void> {
    const now = this.#context.now();
    let preKey = space.state.preKeys.findLast((one) => one.until >= now && isUnused(one, space));
    if (preKey === undefined) {
      const fresh = newPreKey(this.#context, space.state.space.id);
      await space.change((state) => withPreKey(state, fresh, now));
      preKey = fresh;
    }
    await this.#tell(space, 'pre-key', { s: preKey.statement });
  }

  complain(space: SealedSpace, epoch: Uint8Array): Promise<void> {
    return this.#tell(space, 'complaint', { e: epoch });
  }

  decide(space: MemberSpace, { proposal, yes, required }: OpenProposal): Promise<Uint8Array> {
    return this.operate(space, {
      type: 'decide',
      proposal: bytesOfName(proposal.name),
      votes: required === 0 ? [] : [...yes.values()].map(({ name }) => bytesOfName(name)),
      quorum: required,
    });
  }

  /** What we had seen of those whose removal we have decided. */
  async sayFarewell(space: MemberSpace, decision: DecisionNode): Promise<void> {
    const removal = {
      decision: bytesOfName(decision.name),
      removed: decision.proposal.subjects.map(bytesOfName),
    };
    await space.say((assembly, author) => sayFarewell(assembly, author, removal));
  }

  /** @param told the pre-keys of newcomers, which the log doesn't have yet */
  async issueEpoch(
    space: SealedSpace,
    told: ReadonlyMap<PersonKey, ForumPreKeyOffer>,
  ): Promise<void> {
    const { random } = this.#context;
    await space.step((forum, author) => issueEpoch(forum, author, { told, random }));
  }

  async #tell(space: SealedSpace, type: 'pre-key' | 'complaint', content: CborMap): Promise<void> {
    await space.say((forum, author) => signForLog(forum, author, { type, content }));
  }
}

function operation(forum: Assembly, author: Author, act: Act): Result<SignedDocument> {
  const own = lastOwn(forum, author);
  if (own === undefined) return refuse('uncertified-key');
  return accept(
    makeOperation({
      spaceId: forum.state.space.id,
      ...author,
      own: bytesOfName(own.name),
      parents: forum.membership.heads.map(({ name }) => bytesOfName(name)),
      act,
    }),
  );
}

/** The last operation of this device's chain, which begins where it was brought into the membership of now. */
function lastOwn(forum: Assembly, { writer }: Author): Node | undefined {
  const { successors } = forum.membership.state;
  let last: Node | undefined;
  let next: Node | undefined = deviceWord(forum, writer);
  while (next !== undefined) {
    last = next;
    [next] = successors.get(last.name) ?? [];
  }
  return last;
}

/** Signed by this very device, and not in the log yet: it was told to whoever let us in, or a crash came between. */
function isUnused({ id, statement }: ForumPreKey, { state, writer }: SealedSpace): boolean {
  const speaker = { publicKey: writer.author, device: writer.signer.publicKey };
  if (!openForumPreKey(statement, speaker, state.space.id).ok) return false;
  return ![...state.words.values()].some(
    (word) => word.kind === 'pre-key' && equalBytes(word.offer.id, id),
  );
}

/** What epochs of this space are sealed to us by for the next weeks. */
export function newPreKey({ me, now, random }: Context, spaceId: Uint8Array): ForumPreKey {
  const owner = me.identity.publicKey;
  return makeForumPreKey({ spaceId, owner, signer: me.device.signing, now: now() }, random);
}

/** What pages call an operation by. */
export function idOf(node: Pick<Node, 'name'>): string {
  return toBase64Url(bytesOfName(node.name));
}
