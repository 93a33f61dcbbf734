import type { BackupRecord } from '../../domain/backup/record.ts';
import type { SpaceName } from '../../domain/space/name.ts';
import { putDocuments } from '../../store/documents.ts';
import type { Json, SpaceStores, StoredDocument, VaultChange } from '../../store/ports.ts';
import type { Intake } from './intake.ts';
import { isBackedUp } from './left-out.ts';
import { restoredEntry } from './restored-entry.ts';

/** Characters of JSON that are written to the vault at once. */
const batchCharacters = 4_000_000;
const batchEntries = 1_000;

export interface BackupContents {
  number: number;
  made: number;
  address: string;
  root: Uint8Array;
  spaces: { name: SpaceName; title: string; kind: string }[];
  documents: number;
}

/** Only looks what there is. */
export class Looker implements Intake {
  readonly contents: BackupContents = {
    number: 0,
    made: 0,
    address: '',
    root: new Uint8Array(0),
    spaces: [],
    documents: 0,
  };

  async take(records: readonly BackupRecord[]): Promise<void> {
    for (const record of records) this.note(record);
  }

  note(record: BackupRecord): void {
    const { contents } = this;
    if (record.is === 'header') {
      contents.number = record.number;
      contents.made = record.made;
      contents.address = record.address;
    }
    if (record.is === 'root') contents.root = record.root;
    if (record.is === 'space') {
      const { name, title, kind } = record;
      contents.spaces.push({ name, title, kind });
    }
    if (record.is === 'document') contents.documents += 1;
  }
}

export interface TakerParts {
  /** Where documents go: asked for when the root has come, so that nothing is begun for somebody else's backup. */
  readonly begin: (root: Uint8Array) => Promise<SpaceStores>;
  /** Which spaces are wanted. */
  readonly wants: (space: SpaceName) => boolean;
  /** Entries of the vault, some at a time. */
  readonly entries: (changes: readonly VaultChange[]) => Promise<void>;
}

/** Writes what comes, as it comes. */
export class Taker extends Looker {
  readonly #parts: TakerParts;
  #stores: SpaceStores | undefined;
  #space: SpaceName | undefined;
  #entries: VaultChange[] = [];
  #characters = 0;

  constructor(parts: TakerParts) {
    super();
    this.#parts = parts;
  }

  override async take(records: readonly BackupRecord[]): Promise<void> {
    let documents: StoredDocument[] = [];
    const write = async () => {
      if (documents.length > 0 && this.#space !== undefined && this.#stores) {
        await putDocuments(await this.#stores.open(this.#space), documents);
      }
      documents = [];
    };
    for (const record of records) {
      this.note(record);
      if (record.is === 'root') this.#stores = await this.#parts.begin(record.root);
      if (record.is === 'entry') await this.#entry(record.name, record.value);
      if (record.is === 'space') {
        await write();
        await this.flush();
        this.#space = this.#parts.wants(record.name) ? record.name : undefined;
        if (this.#space !== undefined) await this.#stores?.open(this.#space);
      }
      if (record.is === 'document' && this.#space !== undefined) documents.push(record.document);
    }
    await write();
  }

  /** Writes the entries that wait. */
  async flush(): Promise<void> {
    if (this.#entries.length > 0) await this.#parts.entries(this.#entries);
    this.#entries = [];
    this.#characters = 0;
  }

  async #entry(name: string, value: unknown): Promise<void> {
    // A backup of another make may hold what ours never do; it counts no more here than there.
    if (!isBackedUp(name)) return;
    this.#entries.push([name, restoredEntry(name, value) as Json]);
    this.#characters += JSON.stringify(value).length;
    if (this.#characters > batchCharacters || this.#entries.length >= batchEntries) {
      await this.flush();
    }
  }
}
