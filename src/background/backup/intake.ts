import { type AgeHeader, readHeader } from '../../domain/age/header.ts';
import { PayloadOpener } from '../../domain/age/payload.ts';
import { BackupReader } from '../../domain/backup/container.ts';
import type { BackupRecord } from '../../domain/backup/record.ts';
import { concat } from '../../domain/bytes.ts';
import type { Result } from '../../domain/result.ts';
import { CodedError } from '../../protocol/codes.ts';

/** What is done with the records of a backup as they come. Nothing it does may count before `finish`. */
export interface Intake {
  take(records: readonly BackupRecord[]): Promise<void>;
}

/** A backup on its way in: opened, checked and handed on piece by piece. */
export class BackupIntake {
  readonly #openFile: (header: AgeHeader) => Promise<Uint8Array>;
  readonly #into: Intake;
  readonly #reader = new BackupReader();
  #head: Uint8Array = new Uint8Array(0);
  #opener: PayloadOpener | undefined;

  /** @param openFile gives the file key, or throws a CodedError */
  constructor(openFile: (header: AgeHeader) => Promise<Uint8Array>, into: Intake) {
    this.#openFile = openFile;
    this.#into = into;
  }

  /**
   * Throws CodedErrors `not-a-backup`, `backup-newer`, `backup-damaged`, and whatever `openFile` and the
   * records' taker throw.
   */
  async add(bytes: Uint8Array): Promise<void> {
    const rest = this.#opener ? bytes : await this.#begin(bytes);
    const chunks = this.#opener?.push(rest);
    if (chunks) await this.#read(need(chunks));
  }

  /** Throws CodedError `backup-damaged` unless all of it has come, to the last record. */
  async finish(): Promise<void> {
    if (!this.#opener)
      throw new CodedError(this.#head.length === 0 ? 'not-a-backup' : 'backup-damaged');
    await this.#read([need(this.#opener.finish())]);
    need(this.#reader.finish());
  }

  async #begin(bytes: Uint8Array): Promise<Uint8Array> {
    const held = concat(this.#head, bytes);
    this.#head = held;
    const header = readHeader(held);
    if (!header) return new Uint8Array(0);
    if (!header.ok) {
      throw new CodedError(header.code === 'wrong-version' ? 'backup-newer' : 'not-a-backup');
    }
    this.#opener = new PayloadOpener(await this.#openFile(header.value));
    return held.subarray(header.value.length);
  }

  async #read(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      const records = need(this.#reader.push(chunk));
      if (records.length > 0) await this.#into.take(records);
    }
  }
}

function need<T>(checked: Result<T>): T {
  if (checked.ok) return checked.value;
  throw new CodedError(checked.code === 'wrong-version' ? 'backup-newer' : 'backup-damaged');
}
