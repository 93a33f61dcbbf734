import { toHex, utf8 } from '../../src/domain/bytes.ts';
import type { ChainPosition } from '../../src/domain/document/chain.ts';
import type { SignedDocument } from '../../src/domain/document/signed.ts';
import { identityFromRoot, type Identity } from '../../src/domain/identity.ts';
import { createDeviceKeys } from '../../src/domain/keys.ts';
import { addOperations } from '../../src/domain/membership/add.ts';
import {
  requiredVotes,
  type Action,
  type MembershipCharter,
} from '../../src/domain/membership/charter.ts';
import {
  makeGenesis,
  makeMemberKey,
  makeOperation,
  type Act,
} from '../../src/domain/membership/make.ts';
import { lastWords } from '../../src/domain/membership/dormancy.ts';
import { nameOf, personOf, type PersonKey } from '../../src/domain/membership/operation.ts';
import { emptyMembership, type MembershipState } from '../../src/domain/membership/state.ts';
import { viewFrom, type MembershipView } from '../../src/domain/membership/view.ts';
import { sha256, type KeyPair } from '../../src/domain/sodium.ts';
import { must, seeded } from './people.ts';

/** Documents that somebody has seen, with all they build on. */
export type Seen = readonly SignedDocument[];

interface Someone {
  readonly name: string;
  readonly identity: Identity;
  readonly devices: Map<string, KeyPair>;
}

const everyone = new Map<string, Someone>();

/** The same name is the same person, with the same devices, in every world. */
function someone(name: string): Someone {
  const known = everyone.get(name);
  if (known !== undefined) return known;
  const made = {
    name,
    identity: identityFromRoot(sha256(utf8(`member ${name}`))),
    devices: new Map(),
  };
  everyone.set(name, made);
  return made;
}

export function deviceOf(name: string, label: string): KeyPair {
  const { devices } = someone(name);
  const known = devices.get(label);
  if (known !== undefined) return known;
  const { signing } = createDeviceKeys(seeded(`${name} ${label}`));
  devices.set(label, signing);
  return signing;
}

export function keyOf(name: string): Uint8Array {
  return someone(name).identity.publicKey;
}

function personKey(name: string): PersonKey {
  return personOf(keyOf(name));
}

export interface WorldOptions {
  readonly rule?: MembershipCharter['rule'];
  readonly dormancy?: boolean;
}

interface Choice {
  /** What the author has seen; all documents of the world if not said. */
  readonly seen?: Seen;
  readonly device?: string;
  /** Documents to name as parents beside what the seen ones end in. */
  readonly also?: Seen;
  /** Whether the author denies what they wrote last. */
  readonly fork?: boolean;
}

interface Ballot {
  readonly proposal: SignedDocument;
  readonly votes: Seen;
}

/** A space's log in the making. Everybody may write anything: what counts is for the domain to say. */
export class World {
  readonly charter: MembershipCharter;
  readonly documents: SignedDocument[] = [];
  readonly genesis: SignedDocument;
  readonly #causes = new Map<string, SignedDocument[]>();
  readonly #byHash = new Map<string, SignedDocument>();
  #time = 1_000;
  #known: MembershipState;

  constructor(founders: readonly string[], options: WorldOptions = {}) {
    const [founder = 'Alice'] = founders;
    this.charter = {
      spaceId: sha256(utf8('a space')),
      founder: keyOf(founder),
      rule: options.rule ?? 'majority',
      dormancy: options.dormancy ?? false,
    };
    this.#known = emptyMembership(this.charter);
    this.genesis = this.foundedBy(founder, founders);
    for (const name of founders) this.key(name, { seen: [this.genesis] });
  }

  foundedBy(founder: string, members: readonly string[]): SignedDocument {
    const { identity } = someone(founder);
    const made = makeGenesis(identity, this.charter.spaceId, members.map(keyOf));
    return this.#add(made, []);
  }

  key(name: string, { seen = this.documents, device = 'laptop' }: Choice = {}): SignedDocument {
    const { identity } = someone(name);
    const parents = this.#heads(seen);
    const made = makeMemberKey(
      identity,
      this.charter.spaceId,
      deviceOf(name, device).publicKey,
      parents.map(({ hash }) => hash),
    );
    return this.#add(made, parents);
  }

  propose(
    name: string,
    action: Action,
    subjects: readonly string[],
    choice: Choice = {},
  ): SignedDocument {
    const act: Act = { type: 'propose', action, subjects: subjects.map(keyOf) };
    if (action !== 'dormant') return this.write(name, act, choice);
    const state = this.state([...(choice.seen ?? this.documents)]);
    const words = subjects.flatMap((subject) => lastWords(personKey(subject), state));
    const also = words.flatMap((word) => this.#byHash.get(word.name) ?? []);
    return this.write(name, act, { ...choice, also });
  }

  vote(name: string, proposal: SignedDocument, yes = true, choice: Choice = {}): SignedDocument {
    const seen = [...(choice.seen ?? this.documents), proposal];
    return this.write(name, { type: 'vote', proposal: proposal.hash, yes }, { ...choice, seen });
  }

  decide(
    name: string,
    proposal: SignedDocument,
    votes: readonly SignedDocument[],
    quorum: number,
    choice: Choice = {},
  ): SignedDocument {
    const seen = [...(choice.seen ?? this.documents), proposal, ...votes];
    const act: Act = {
      type: 'decide',
      proposal: proposal.hash,
      votes: votes.map(({ hash }) => hash),
      quorum,
    };
    return this.write(name, act, { ...choice, seen });
  }

  leave(name: string, choice: Choice = {}): SignedDocument {
    return this.write(name, { type: 'leave' }, choice);
  }

  accept(name: string, decision: SignedDocument, choice: Choice = {}): SignedDocument {
    const seen = choice.seen ?? this.documents.filter((document) => document !== decision);
    return this.write(name, { type: 'accept', decision: decision.hash }, { ...choice, seen });
  }

  /** A proposal of the first of these people, and the yes votes of all of them. */
  gather(
    voters: readonly string[],
    action: Action,
    subjects: readonly string[],
    seen: Seen,
    firsts: Choice = {},
  ): Ballot {
    const [first = 'Alice'] = voters;
    const proposal = this.propose(first, action, subjects, { ...firsts, seen });
    const asked = this.charter.rule === 'owner' ? [] : voters;
    const votes = asked.map((voter) =>
      this.vote(voter, proposal, true, voter === first ? { ...firsts, seen } : { seen }),
    );
    return { proposal, votes };
  }

  /** Decides a ballot with the quorum that the seen past asks for. */
  close(name: string, { proposal, votes }: Ballot, choice: Choice = {}): SignedDocument {
    const seen = [...(choice.seen ?? this.documents)];
    const action = proposal.content?.['a'] as Action;
    const past = this.past([...seen, proposal, ...votes]);
    const count = this.view(null, past).electorate.size;
    const quorum = requiredVotes(this.charter.rule, action, count);
    return this.decide(name, proposal, votes, quorum, { ...choice, seen });
  }

  /** `gather` and `close` by the first of the voters. */
  carry(
    voters: readonly string[],
    action: Action,
    subjects: readonly string[],
    choice: Choice = {},
  ): SignedDocument {
    const seen = choice.seen ?? [...this.documents];
    const ballot = this.gather(voters, action, subjects, seen, choice);
    return this.close(voters[0] ?? 'Alice', ballot, { ...choice, seen });
  }

  /** `carry` an admission, and the newcomers' own keys after it. */
  admit(
    voters: readonly string[],
    subjects: readonly string[],
    choice: Choice = {},
  ): SignedDocument {
    const decision = this.carry(voters, 'admit', subjects, choice);
    for (const subject of subjects) this.key(subject, { seen: [...(choice.seen ?? []), decision] });
    return decision;
  }

  write(name: string, act: Act, choice: Choice = {}): SignedDocument {
    const { device = 'laptop', also = [], fork = false } = choice;
    const signer = deviceOf(name, device);
    const told = this.past([...(choice.seen ?? this.documents), ...also]);
    // An honest device always builds on its own last operation, and so on what that builds on.
    const own = this.#last(name, signer, fork ? told : this.documents);
    const seen = this.past([...told, own]);
    const parents = [...this.#heads(seen), ...also];
    const position: ChainPosition =
      own.type === 'key' ? { seq: 0, prev: null } : { seq: own.seq + 1, prev: own.hash };
    this.#time += 1;
    const made = makeOperation({
      spaceId: this.charter.spaceId,
      writer: { author: keyOf(name), signer },
      position,
      own: own.hash,
      parents: parents.map(({ hash }) => hash),
      time: this.#time,
      act,
    });
    const named = [...this.#byHash.values()].filter(
      ({ hash }) =>
        (act.type === 'vote' || act.type === 'decide') &&
        [act.proposal, ...(act.type === 'decide' ? act.votes : [])].includes(hash),
    );
    return this.#add(made, [...parents, own, ...named]);
  }

  state(documents: readonly SignedDocument[] = this.documents): MembershipState {
    return addOperations(
      emptyMembership(this.charter),
      documents.map(({ json }) => json),
    );
  }

  view(
    anchor: SignedDocument | null = null,
    documents: readonly SignedDocument[] = this.documents,
  ): MembershipView {
    return must(viewFrom(this.state(documents), anchor?.hash ?? null));
  }

  members(
    anchor: SignedDocument | null = null,
    documents: readonly SignedDocument[] = this.documents,
  ): string[] {
    return namesOf(this.view(anchor, documents).members);
  }

  /** Why an operation does not count; `valid` if it does, `waiting` if that can't be known yet. */
  verdict(document: SignedDocument, documents: readonly SignedDocument[] = this.documents): string {
    const state = this.state(documents);
    const name = nameOf(document.hash);
    if (state.nodes.has(name)) return 'valid';
    return state.invalid.get(name) ?? (state.waiting.has(name) ? 'waiting' : 'unknown');
  }

  /** These documents and all they build on, in the order they were made. */
  past(documents: Seen): SignedDocument[] {
    const found = new Set<SignedDocument>();
    const open = [...documents];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(...(this.#causes.get(toHex(next.hash)) ?? []));
    }
    return this.documents.filter((document) => found.has(document));
  }

  /** The author's last operation in what they have seen; their last key if there is none since. */
  #last(name: string, signer: KeyPair, seen: Seen): SignedDocument {
    const author = toHex(keyOf(name));
    const device = toHex(signer.publicKey);
    const own = seen
      .filter(this.#counts)
      .findLast(
        ({ type, author: by, key, content }) =>
          toHex(by) === author &&
          (type === 'key'
            ? content?.['k'] instanceof Uint8Array && toHex(content['k']) === device
            : toHex(key) === device && type !== 'genesis'),
      );
    return own ?? this.genesis;
  }

  /** Nobody honest builds on what is invalid. */
  readonly #counts = ({ hash }: SignedDocument): boolean => !this.#known.invalid.has(nameOf(hash));

  /** What the seen documents end in, without votes, which nobody names as parents. */
  #heads(seen: Seen): SignedDocument[] {
    const effects = this.past(seen).filter(
      (document) => /genesis|decide|leave/.test(document.type) && this.#counts(document),
    );
    const built = new Set<SignedDocument>();
    for (const effect of effects) {
      for (const earlier of this.past(this.#causes.get(toHex(effect.hash)) ?? [])) {
        built.add(earlier);
      }
    }
    return effects.filter((effect) => !built.has(effect));
  }

  #add(made: SignedDocument, causes: readonly SignedDocument[]): SignedDocument {
    const name = toHex(made.hash);
    if (!this.#byHash.has(name)) {
      this.#byHash.set(name, made);
      this.#causes.set(name, [...causes]);
      this.documents.push(made);
      this.#known = addOperations(this.#known, [made.json]);
    }
    return made;
  }
}

const known = new Map<PersonKey, string>();

/** The names of people, in order. */
export function namesOf(people: Iterable<PersonKey>): string[] {
  for (const name of everyone.keys()) known.set(personKey(name), name);
  return [...people].map((person) => known.get(person) ?? person).toSorted();
}
