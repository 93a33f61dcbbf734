import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainStart, positionAfter, type ChainPosition } from '../../src/domain/document/chain.ts';
import { signDocument, type SignedDocument } from '../../src/domain/document/signed.ts';
import {
  makeGenesis,
  makeMemberKey,
  makeOperation,
  type Act,
} from '../../src/domain/membership/make.ts';
import { nameOf } from '../../src/domain/membership/operation.ts';
import { blogSpace, newSpace } from '../../src/domain/space/charter.ts';
import {
  addToProjectBlog,
  emptyProjectBlog,
  evaluateProjectBlog,
  viewProjectBlog,
  type ProjectBlog,
  type ProjectBlogState,
} from '../../src/domain/space/project-blog.ts';
import { packProjectBlog, unpackProjectBlog } from '../../src/domain/space/packed-project-blog.ts';
import { makeCharterDocument } from '../../src/domain/types/charter.ts';
import { makePost, makeReaction } from '../../src/domain/types/post.ts';
import { plainCopy } from './plain-copy.ts';
import { must, person, seeded, type Person } from './people.ts';

const random = seeded('project blog');
const [alice, bob, carol] = [person('Alice'), person('Bob'), person('Carol')];
const owner = alice.identity.publicKey;
const plan = {
  kind: 'project-blog',
  owner,
  title: 'Garden',
  rule: 'majority',
  dormancy: false,
} as const;

/** A public blog by several authors, whose documents everybody sees. */
class Garden {
  readonly space = must(newSpace(plan, random));
  readonly genesis = makeGenesis(
    alice.identity,
    this.space.id,
    [alice, bob, carol].map(({ identity }) => identity.publicKey),
  );
  readonly documents: unknown[] = [
    makeCharterDocument(alice.identity, this.space).json,
    this.genesis.json,
  ];
  readonly #keys = new Map<Person, SignedDocument>();
  readonly #own = new Map<Person, SignedDocument>();
  readonly #position = new Map<Person, ChainPosition>();
  parents = [this.genesis.hash];

  constructor() {
    for (const one of [alice, bob, carol]) {
      const { publicKey } = one.device.signing;
      const key = makeMemberKey(one.identity, this.space.id, publicKey, this.parents);
      this.#keys.set(one, key);
      this.#own.set(one, key);
      this.documents.push(key.json);
    }
  }

  placing(who: Person, parents: readonly Uint8Array[] = []) {
    const position = this.#position.get(who) ?? chainStart;
    const key = this.#keys.get(who)?.hash ?? random(32);
    const named = [...this.parents, key, ...parents];
    return { spaceId: this.space.id, writer: who.writer, time: 1_000, position, parents: named };
  }

  keep(who: Person, document: SignedDocument): SignedDocument {
    this.#position.set(who, positionAfter(document));
    this.documents.push(document.json);
    return document;
  }

  post(who: Person, text: string): SignedDocument {
    const { header, body } = must(makePost({ ...this.placing(who), text }, random));
    this.documents.push(body.json);
    return this.keep(who, header);
  }

  operate(who: Person, act: Act): SignedDocument {
    const { spaceId, writer, position, time } = this.placing(who);
    const own = this.#own.get(who)?.hash ?? random(32);
    const made = makeOperation({
      spaceId,
      writer,
      position,
      own,
      parents: this.parents,
      time,
      act,
    });
    this.#own.set(who, made);
    return this.keep(who, made);
  }

  remove(subject: Person): SignedDocument {
    const subjects = [subject.identity.publicKey];
    const proposal = this.operate(alice, { type: 'propose', action: 'remove', subjects });
    const votes = [alice, bob].map((one) =>
      this.operate(one, { type: 'vote', proposal: proposal.hash, yes: true }),
    );
    const decision = this.operate(alice, {
      type: 'decide',
      proposal: proposal.hash,
      votes: votes.map(({ hash }) => hash),
      quorum: 2,
    });
    return decision;
  }

  farewell(who: Person, content: { readonly d: Uint8Array; readonly h: readonly Uint8Array[] }) {
    const { writer, position, ...rest } = this.placing(who);
    const { author, signer } = writer;
    const own = { ...rest, ...position, author, signer };
    const said = signDocument({ ...own, type: 'farewell', content });
    return this.keep(who, said);
  }

  view(documents = this.documents): ProjectBlog {
    return must(evaluateProjectBlog(documents, this.space, null));
  }
}

const idsOf = ({ posts }: ProjectBlog) => [...posts.values()].map(({ id }) => id).toSorted();

test('three authors write one blog, and react to each other', () => {
  const garden = new Garden();
  const [one, two] = [garden.post(alice, 'beans'), garden.post(bob, 'peas')];
  const placing = garden.placing(carol);
  garden.keep(carol, makeReaction(placing, { post: two.hash, sign: '🌱' }));
  const blog = garden.view();
  expect(idsOf(blog)).toEqual([one.id, two.id].toSorted());
  expect([...(blog.posts.get(nameOf(two.hash))?.reactions.values() ?? [])]).toEqual(['🌱']);
  expect(blog.membership.members.size).toBe(3);
  expect(blog.chains).toHaveLength(3);
});

test('Mallory writes in it, but she is no author', () => {
  const garden = new Garden();
  const forged = garden.post(person('Mallory'), 'weeds');
  expect(garden.view().waiting.map(({ id }) => id)).toEqual([forged.id]);
  const placing = { ...garden.placing(person('Mallory')), parents: garden.parents };
  const { header } = must(makePost({ ...placing, text: 'weeds' }, random));
  garden.documents.push(header.json);
  expect(garden.view().refused.get(header.id)).toBe('not-a-member');
});

test('Carol is removed: her earlier posts stay where the one who decided has seen them', () => {
  const garden = new Garden();
  const kept = garden.post(carol, 'roses');
  const decision = garden.remove(carol);
  expect(garden.view().refused.get(kept.id)).toBe('departed-meanwhile');
  garden.farewell(bob, { d: decision.hash, h: [kept.hash] });
  expect(garden.view().refused.get(kept.id)).toBe('departed-meanwhile');
  garden.farewell(alice, { d: decision.hash, h: [kept.hash] });
  const late = garden.post(carol, 'thorns');
  const blog = garden.view();
  expect(idsOf(blog)).toEqual([kept.id]);
  expect(blog.refused.get(late.id)).toBe('departed-meanwhile');
});

test('the same documents in any order and portions give the same blog', () => {
  const garden = new Garden();
  const first = garden.post(carol, 'roses');
  garden.post(bob, 'peas');
  const decision = garden.remove(carol);
  garden.farewell(alice, { d: decision.hash, h: [first.hash] });
  garden.post(carol, 'thorns');
  const documents = [...garden.documents, 7, { _id: 'dx' }];
  const plain = (blog: ProjectBlog) => ({
    ids: idsOf(blog),
    refused: blog.refused,
    digest: blog.membership.digest,
    chains: blog.chains,
    waiting: blog.waiting.length,
  });
  const expected = plain(garden.view(documents));
  expect(expected.ids).toHaveLength(2);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(documents, { minLength: documents.length }),
      fc.nat(documents.length),
      (shuffled, cut) => {
        const empty = must(emptyProjectBlog(garden.space));
        const half = addToProjectBlog(empty, shuffled.slice(0, cut));
        const whole = addToProjectBlog(half, shuffled.slice(Math.max(0, cut - 2)));
        expect(plain(must(viewProjectBlog(whole, null)))).toEqual(expected);
        expect(empty.entries.size).toBe(0);
      },
    ),
    { numRuns: 30 },
  );
});

test('packed at any time, with its log read again, it goes on as if all had been read from the beginning', () => {
  const garden = new Garden();
  const first = garden.post(carol, 'roses');
  const placing = garden.placing(bob);
  garden.keep(bob, makeReaction(placing, { post: first.hash, sign: '🌱' }));
  const decision = garden.remove(carol);
  garden.farewell(alice, { d: decision.hash, h: [first.hash] });
  garden.post(carol, 'thorns');
  garden.post(person('Mallory'), 'weeds');
  const documents = [...garden.documents, 7, { _id: 'dx' }];
  const byId = new Map(garden.documents.map((json) => [(json as { _id: string })._id, json]));
  const seen = (state: ProjectBlogState) => {
    const { posts, refused, purge, chains, waiting } = must(viewProjectBlog(state, null));
    const { entries, log, farewells, links } = state;
    const ids = waiting.map(({ id }) => id).toSorted();
    return [plainCopy({ posts, refused, purge, chains, entries, log, farewells, links }), ids];
  };
  const empty = must(emptyProjectBlog(garden.space));
  const expected = seen(addToProjectBlog(empty, documents));
  fc.assert(
    fc.property(
      fc.shuffledSubarray(documents, { minLength: documents.length }),
      fc.nat(documents.length),
      fc.nat(),
      (shuffled, cut, short) => {
        const before = addToProjectBlog(empty, shuffled.slice(0, cut));
        const packed = packProjectBlog(before);
        const { log, restore } = must(unpackProjectBlog(packed));
        const again = restore(
          addToProjectBlog(
            empty,
            log.map((id) => byId.get(id)),
          ),
        );
        expect(seen(addToProjectBlog(again, shuffled.slice(Math.max(0, cut - 2))))).toEqual(
          expected,
        );
        expect(unpackProjectBlog(packed.subarray(0, short % packed.length)).ok).toBe(false);
      },
    ),
    { numRuns: 30 },
  );
});

test('another kind of blog is none of several authors; without a genesis there is nothing to see', () => {
  const refused = (code: string) => ({ ok: false, code });
  expect(evaluateProjectBlog([], blogSpace(owner, 'x', random), null)).toEqual(
    refused('wrong-space'),
  );
  expect(evaluateProjectBlog([], new Garden().space, null)).toEqual(refused('unknown-anchor'));
});
