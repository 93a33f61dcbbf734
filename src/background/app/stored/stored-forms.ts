import * as v from 'valibot';
import { concat, fromBase64Url, toBase64Url } from '../../../domain/bytes.ts';
import { decodeCbor, encodeCbor } from '../../../domain/cbor.ts';
import { bytesOf, bytesUpTo, decodeFields, isCount, isText } from '../../../domain/fields.ts';
import { openVaultEntry, sealVaultEntry, vaultEntryId } from '../../../domain/vault/seal.ts';
import { serial } from '../../../store/serial.ts';
import { storeError } from '../../../store/store-error.ts';
import type { SpaceDatabase } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import { decodeRecord } from '../records.ts';

/** The database they all lie in; no space is ever called so. */
export const formsDatabase = 'forms';

/** Sealed and written as text, a piece stays below what a document may have. */
const pieceBytes = 524_288;
const mostPieces = 2_000;

/** `form/<space>`: the key of a space's stored forms, and of how many pieces each of them is. */
const formRecord = v.strictObject({
  key: v.string(),
  pieces: v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(1))),
});
type FormRecord = v.InferOutput<typeof formRecord>;

/** Which stored form: of a space, one part (`posts`, `words`), as this version of its code writes it. */
export interface FormName {
  readonly space: string;
  readonly part: string;
  /** Changed whenever its bytes mean something else: what an older version wrote is then none. */
  readonly format: string;
}

/**
 * What can be worked out again from a space's documents and takes long: kept as sealed bytes, whole, of any
 * size, under a key of its own for each space. None of it is needed: whoever asks for one and gets none begins from the
 * documents. Where there is no disk, none is kept.
 */
export class StoredForms {
  readonly #context: Pick<Context, 'stores' | 'vault' | 'random'>;
  readonly #oneByOne = serial();

  constructor(context: Pick<Context, 'stores' | 'vault' | 'random'>) {
    this.#context = context;
  }

  /** The bytes last kept; `undefined` if there are none, or none that are whole and of this format. */
  load({ space, part, format }: FormName): Promise<Uint8Array | undefined> {
    return this.#oneByOne(async () => {
      const record = this.#record(space);
      const count = record?.pieces[part];
      const key = record && keyIn(record);
      if (count === undefined || key === undefined) return undefined;
      const ids = idsOf(key, part, count);
      const database = await this.#open();
      const { rows } = await database
        .allDocs<{ c?: unknown }>({ keys: ids, include_docs: true })
        .catch(storeError);
      const pieces: Uint8Array[] = [];
      let written: string | undefined;
      for (const [index, row] of rows.entries()) {
        const c = 'doc' in row ? row.doc?.c : undefined;
        const piece = pieceFrom(key, nameOf(part, index), { id: ids[index], c });
        if (piece?.format !== format || piece.count !== count) return undefined;
        written ??= piece.written;
        // Of two writings neither of which was completed there is nothing to be had.
        if (piece.written !== written) return undefined;
        pieces.push(piece.bytes);
      }
      return concat(...pieces);
    });
  }

  /** Which parts of a space are kept, readable or not. */
  parts(space: string): string[] {
    return Object.keys(this.#record(space)?.pieces ?? {});
  }

  /** Instead of what was kept under this name. Resolves once it is stored. */
  keep({ space, part, format }: FormName, bytes: Uint8Array): Promise<void> {
    const { stores, vault, random } = this.#context;
    // What memory holds ends with it; there it would only take the documents' room.
    if (stores.mode === 'memory') return Promise.resolve();
    return this.#oneByOne(async () => {
      const known = this.#record(space);
      const record = known ?? { key: toBase64Url(random(32)), pieces: {} };
      const key = keyIn(record);
      const count = Math.max(1, Math.ceil(bytes.length / pieceBytes));
      if (key === undefined || count > mostPieces) return;
      const before = record.pieces[part] ?? 0;
      // What was stored and is not known of would outlast its space.
      if (before !== count) {
        const pieces = { ...record.pieces, [part]: Math.max(before, count) };
        await vault.put(recordName(space), { ...record, pieces });
      }
      const written = random(16);
      const documents = idsOf(key, part, count).map((_id, index) => {
        const b = bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes);
        const value = encodeCbor({ f: format, w: written, n: count, b });
        return { _id, c: sealVaultEntry(key, nameOf(part, index), value, random).c };
      });
      await this.#write(documents, idsOf(key, part, before).slice(count));
      if (before > count) {
        await vault.put(recordName(space), {
          ...record,
          pieces: { ...record.pieces, [part]: count },
        });
      }
    });
  }

  /** Destroys the key of a space's forms, then removes what it would have opened. */
  forget(space: string): Promise<void> {
    return this.#oneByOne(async () => {
      const record = this.#record(space);
      if (!record) return;
      await this.#context.vault.remove(recordName(space));
      // Nothing opens them any more; where they can't be removed now, they are swept away at a start.
      await this.#write([], idsIn(record)).catch(() => undefined);
    });
  }

  /** Removes what no key opens any more: left when the browser closed in the middle of something. */
  sweep(): Promise<void> {
    const { stores, vault } = this.#context;
    if (stores.mode === 'memory') return Promise.resolve();
    return this.#oneByOne(async () => {
      if (!(await stores.list()).includes(formsDatabase)) return;
      const known = new Set(
        vault.entries('form/').flatMap(([, value]) => {
          const record = decodeRecord(formRecord, value);
          return record ? idsIn(record) : [];
        }),
      );
      const database = await this.#open();
      const { rows } = await database.allDocs().catch(storeError);
      await this.#write(
        [],
        rows.map(({ id }) => id).filter((id) => !known.has(id)),
      );
      // As with the vault: what was replaced is neither to grow nor to be found on a disk taken later.
      void database.compact().catch(() => undefined);
    });
  }

  #open(): Promise<SpaceDatabase> {
    return this.#context.stores.open(formsDatabase);
  }

  #record(space: string): FormRecord | undefined {
    return decodeRecord(formRecord, this.#context.vault.get(recordName(space)));
  }

  async #write(
    documents: readonly { readonly _id: string; readonly c: string }[],
    removed: readonly string[],
  ): Promise<void> {
    if (documents.length + removed.length === 0) return;
    const database = await this.#open();
    const keys = [...documents.map(({ _id }) => _id), ...removed];
    const { rows } = await database.allDocs({ keys }).catch(storeError);
    const revisions = new Map(
      rows.flatMap((row) =>
        'value' in row && row.value ? [[row.id, row.value.rev] as const] : [],
      ),
    );
    const changes = [
      ...documents.map((document) => ({ ...document, ...revisionField(revisions, document._id) })),
      ...removed
        .filter((_id) => revisions.has(_id))
        .map((_id) => ({ _id, ...revisionField(revisions, _id), _deleted: true })),
    ];
    // One by one: together they may be more than one request takes.
    for (const change of changes) {
      const [answer] = await database.bulkDocs<object>([change]).catch(storeError);
      if (answer && 'error' in answer) storeError(answer);
    }
  }
}

interface Piece {
  readonly format: string;
  /** Which writing it is of. */
  readonly written: string;
  readonly count: number;
  readonly bytes: Uint8Array;
}

function pieceFrom(key: Uint8Array, name: string, entry: unknown): Piece | undefined {
  const opened = openVaultEntry(key, entry);
  if (!opened.ok || opened.value.name !== name) return undefined;
  const cbor = decodeCbor(opened.value.value);
  if (!cbor.ok) return undefined;
  const fields = decodeFields(cbor.value, {
    f: isText,
    w: bytesOf(16),
    n: isCount,
    b: bytesUpTo(pieceBytes),
  });
  if (!fields.ok) return undefined;
  const { f: format, w, n: count, b: bytes } = fields.value;
  return { format, written: toBase64Url(w), count, bytes };
}

function revisionField(revisions: ReadonlyMap<string, string>, id: string) {
  const _rev = revisions.get(id);
  return _rev === undefined ? {} : { _rev };
}

function idsIn(record: FormRecord): string[] {
  const key = keyIn(record);
  if (key === undefined) return [];
  return Object.entries(record.pieces).flatMap(([part, count]) => idsOf(key, part, count));
}

function idsOf(key: Uint8Array, part: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => vaultEntryId(key, nameOf(part, index)));
}

function keyIn({ key }: FormRecord): Uint8Array | undefined {
  const bytes = fromBase64Url(key);
  return bytes.ok && bytes.value.length === 32 ? bytes.value : undefined;
}

function nameOf(part: string, index: number): string {
  return `${part}/${index}`;
}

function recordName(space: string): string {
  return `form/${space}`;
}
