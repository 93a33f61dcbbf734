import { fromBase64Url, toBase64Url } from '../../../domain/bytes.ts';
import {
  chainStart,
  type ChainPosition,
  positionAfter,
  type Writer,
} from '../../../domain/document/chain.ts';
import type { SignedDocument } from '../../../domain/document/signed.ts';
import type { SpaceName } from '../../../domain/space/name.ts';
import { CodedError } from '../../../protocol/codes.ts';
import { putDocuments } from '../../../store/documents.ts';
import type { VaultChange } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';
import { chainRecord, decodeRecord, type KeptDocument } from '../records.ts';

/** What one write makes: the signed document that continues the chain, and what goes with it. */
export interface Link {
  readonly signed: SignedDocument;
  readonly documents: KeptDocument[];
  /** What the vault is to hold with it, in the same write: keys that must not serve twice, for instance. */
  readonly changes?: readonly VaultChange[];
}

/**
 * Our device's chain in one of our own spaces; there is one object for each space. Writes happen one after the other, so that no two
 * documents ever claim the same place: an honest person must never look like a forger.
 */
export class OwnChain {
  readonly #context: Context;
  readonly space: SpaceName;
  readonly #oneByOne = serial();

  constructor(context: Context, space: SpaceName) {
    this.#context = context;
    this.space = space;
  }

  get writer(): Writer {
    const { identity, device } = this.#context.me;
    return { author: identity.publicKey, signer: device.signing };
  }

  /**
   * Makes and stores the next document. The vault has it before the space does, so whatever dies in
   * between, the same document is stored later: the chain has neither a hole nor two documents in one place.
   */
  append(make: (position: ChainPosition) => Link): Promise<Link> {
    return this.#oneByOne(async () => {
      await this.#finish();
      const link = make(this.#position());
      const next = positionAfter(link.signed);
      const place = { device: this.#device, seq: next.seq, prev: toBase64Url(link.signed.hash) };
      const record: VaultChange = [this.#recordName, { ...place, pending: link.documents }];
      await this.#context.vault.putMany([record, ...(link.changes ?? [])]);
      await this.#finish();
      return link;
    });
  }

  /** Stores what was signed and not yet stored when the browser or the host went away. */
  finish(): Promise<void> {
    return this.#oneByOne(() => this.#finish());
  }

  async #finish(): Promise<void> {
    const record = this.#record();
    if (!record || record.pending.length === 0) return;
    const database = await this.#context.stores.open(this.space);
    await putDocuments(database, record.pending);
    await this.#context.vault.put(this.#recordName, { ...record, pending: [] });
  }

  get #device(): string {
    return toBase64Url(this.#context.me.device.signing.publicKey);
  }

  get #recordName(): string {
    return `chain/${this.space}`;
  }

  #record() {
    return decodeRecord(chainRecord, this.#context.vault.get(this.#recordName));
  }

  #position(): ChainPosition {
    const record = this.#record();
    if (record?.device !== this.#device) return chainStart;
    const prev = fromBase64Url(record.prev);
    if (!prev.ok) throw new CodedError('data-damaged', this.#recordName);
    return { seq: record.seq, prev: prev.value };
  }
}
