import type { StoredDocument } from '../../src/domain/document/envelope.ts';
import { chainStart, positionAfter, type ChainPosition } from '../../src/domain/document/chain.ts';
import type { SignedDocument } from '../../src/domain/document/signed.ts';
import type { CharteredSpace } from '../../src/domain/space/charter.ts';
import { makeKeyDocument } from '../../src/domain/types/key.ts';
import {
  makeEdit,
  makePost,
  makeReaction,
  makeRetraction,
  type Placing,
  type Post,
  type Wording,
} from '../../src/domain/types/post.ts';
import { must, type Person } from './people.ts';

/** One device of a person who writes in a signed space, each document after the one before. */
export class Pen {
  readonly person: Person;
  readonly space: CharteredSpace;
  readonly documents: StoredDocument[] = [];
  #position: ChainPosition = chainStart;
  #time: number;

  constructor(person: Person, space: CharteredSpace, time = 1_000) {
    this.person = person;
    this.space = space;
    this.#time = time;
    const device = person.device.signing.publicKey;
    this.documents.push(makeKeyDocument(person.identity, space.id, device).json);
  }

  post(what: string | Wording, answers: readonly SignedDocument[] = []): SignedDocument {
    const wording = typeof what === 'string' ? { text: what } : what;
    const placing = this.#placing(answers);
    return this.#keepPost(must(makePost({ ...placing, ...wording }, this.person.random)));
  }

  edit(post: SignedDocument, text: string, after: readonly SignedDocument[] = []): SignedDocument {
    const placing = this.#placing(after);
    return this.#keepPost(
      must(makeEdit({ ...placing, text, post: post.hash }, this.person.random)),
    );
  }

  retract(post: SignedDocument): SignedDocument {
    return this.keep(makeRetraction(this.#placing(), post.hash));
  }

  react(post: SignedDocument, sign: string, after: readonly SignedDocument[] = []): SignedDocument {
    return this.keep(makeReaction(this.#placing(after), { post: post.hash, sign }));
  }

  keep(document: SignedDocument): SignedDocument {
    this.#position = positionAfter(document);
    this.documents.push(document.json);
    return document;
  }

  #keepPost({ header, body }: Post): SignedDocument {
    this.documents.push(body.json);
    return this.keep(header);
  }

  #placing(parents: readonly SignedDocument[] = []): Placing {
    this.#time += 1_000;
    return {
      spaceId: this.space.id,
      writer: this.person.writer,
      time: this.#time,
      position: this.#position,
      parents: parents.map(({ hash }) => hash),
    };
  }
}
