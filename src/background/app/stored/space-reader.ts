import { Packer, unpack, type Unpacker } from '../../../domain/packed.ts';
import { readChanges, type Since } from '../../../store/documents.ts';
import { incarnationOf } from '../../../store/incarnation.ts';
import type { SpaceDatabase, StoredDocument } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';

/** What a kind of space does with its documents. */
export interface Evaluation<S> {
  /** Of what `pack` writes. */
  readonly format: string;
  /** Before anything is read. */
  readonly first: S;
  /**
   * What there is to begin with, from what was packed: `undefined` where that doesn't fit, and then it is called without, and
   * all documents follow.
   */
  readonly begin: (
    packed: Uint8Array | undefined,
    database: SpaceDatabase,
  ) => S | undefined | Promise<S | undefined>;
  readonly add: (state: S, documents: readonly StoredDocument[]) => S | Promise<S>;
  readonly pack: (state: S) => Uint8Array;
}

/** A stored form is worth its writing when so many documents would be read anew without it. */
const manyAnew = 500;
/** After a start it costs nobody's time, so that the next one has less to read. */
const someAnew = 100;

/**
 * Reads a space's database on from where it was left: at the first time from what was stored of it, if that is of this very
 * database and format, else from the beginning. One thing happens after the other.
 */
export class SpaceReader<S> {
  readonly #context: Pick<Context, 'stores' | 'forms' | 'failed'>;
  readonly #space: string;
  readonly #evaluation: Evaluation<S>;
  #state: S;
  #since: Since = 0;
  #isBegun = false;
  /** Documents that are read and not in what is stored. */
  #anew = 0;
  readonly #oneByOne = serial();

  constructor(
    context: Pick<Context, 'stores' | 'forms' | 'failed'>,
    space: string,
    evaluation: Evaluation<S>,
  ) {
    this.#context = context;
    this.#space = space;
    this.#evaluation = evaluation;
    this.#state = evaluation.first;
  }

  get state(): S {
    return this.#state;
  }

  /** What is known changes by other means than by documents. */
  set state(state: S) {
    this.#state = state;
  }

  /** Begins anew with this, and with every document: what was stored is not to be trusted any more. */
  restart(state: S): Promise<void> {
    return this.#oneByOne(async () => {
      this.#state = state;
      this.#since = 0;
      this.#anew = 0;
      this.#isBegun = true;
      await this.#context.forms.forget(this.#space);
    });
  }

  /** Whether there was anything to read. */
  read(): Promise<boolean> {
    return this.#oneByOne(() => this.#read());
  }

  async #read(): Promise<boolean> {
    const { stores } = this.#context;
    const database = await stores.open(this.#space);
    const isStart = !this.#isBegun;
    const hasForm = isStart && (await this.#begin(database));
    const before = this.#anew;
    for (let more = true; more;) {
      const page = await readChanges(database, this.#since);
      if (page.documents.length > 0) {
        this.#state = await this.#evaluation.add(this.#state, page.documents);
        this.#anew += page.documents.length;
      }
      this.#since = page.since;
      more = page.more;
    }
    const isNew = hasForm || this.#anew > before;
    if (this.#anew >= (isStart ? someAnew : manyAnew)) this.#keep(database);
    return isNew;
  }

  /** Whether there was a stored form to begin with. */
  async #begin(database: SpaceDatabase): Promise<boolean> {
    const { begin } = this.#evaluation;
    const form = await this.#stored();
    const isOfThis = form && form.incarnation === (await incarnationOf(database));
    const known = isOfThis ? await begin(form.packed, database) : undefined;
    this.#state = known ?? (await begin(undefined, database)) ?? this.#state;
    this.#since = known && form ? form.since : 0;
    this.#isBegun = true;
    return known !== undefined;
  }

  get #name() {
    return { space: this.#space, part: 'posts', format: this.#evaluation.format };
  }

  async #stored(): Promise<Form | undefined> {
    // Where they lie may be damaged, and the space itself not.
    const bytes = await this.#context.forms.load(this.#name).catch(() => undefined);
    const form = bytes && unpack(bytes, unpackForm);
    return form?.ok === true ? form.value : undefined;
  }

  /** Nobody waits for it; what is lost with the browser is worked out again. */
  #keep(database: SpaceDatabase): void {
    const { forms, failed } = this.#context;
    const [since, packed] = [this.#since, this.#evaluation.pack(this.#state)];
    this.#anew = 0;
    const keep = async () => {
      const to = new Packer();
      to.text(await incarnationOf(database, since));
      to.number(typeof since === 'number' ? 1 : 0);
      to.text(String(since));
      to.bytes(packed);
      await forms.keep(this.#name, to.done());
    };
    keep().catch(failed);
  }
}

interface Form {
  readonly incarnation: string;
  readonly since: Since;
  readonly packed: Uint8Array;
}

function unpackForm(from: Unpacker): Form {
  const incarnation = from.text();
  const isNumber = from.number() === 1;
  const since = from.text();
  return { incarnation, since: isNumber ? Number(since) : since, packed: from.bytes() };
}
