import { concat, equalBytes, fromUtf8, toHex, utf8 } from '../bytes.ts';
import { identityFromRoot } from '../identity.ts';
import { accept, refuse, type Result } from '../result.ts';
import { Sha256 } from '../sodium.ts';
import { backupLine, type BackupEnd, type BackupRecord, decodeBackupLine } from './record.ts';

/** The longest line: a document of the largest size, or an entry of the vault. */
const mostLineBytes = 16_777_216;
const newline = 10;

/** Writes the lines of a backup, and the last one, which says what all of them were. */
export class BackupWriter {
  readonly #hash = new Sha256();
  #records = 0;

  write(record: BackupRecord): Uint8Array {
    const line = utf8(`${backupLine(record)}\n`);
    this.#hash.push(line);
    this.#records += 1;
    return line;
  }

  /** Once only, after all else. */
  finish(): Uint8Array {
    const sha256 = toHex(this.#hash.finish());
    return utf8(`${backupLine({ is: 'end', records: this.#records, sha256 })}\n`);
  }
}

/**
 * Reads a backup that comes in pieces of any size. What it gives is in the right order and of the right
 * form, but whole only once `finish` has said so: the reader must be able to take it all back until then.
 */
export class BackupReader {
  readonly #hash = new Sha256();
  #records = 0;
  #begun: Uint8Array[] = [];
  #begunBytes = 0;
  #last: BackupRecord['is'] | undefined;
  #address = '';
  #ended = false;

  /**
   * Refuses `wrong-version` for a newer one, `malformed` for what is none, is changed, or has its records in
   * another order. Documents are not looked into.
   */
  push(bytes: Uint8Array): Result<BackupRecord[]> {
    const records: BackupRecord[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = bytes.indexOf(newline, at);
      const part = bytes.subarray(at, end < 0 ? bytes.length : end + 1);
      this.#begunBytes += part.length;
      if (this.#begunBytes > mostLineBytes || this.#ended) return refuse('malformed');
      this.#begun.push(part);
      at += part.length;
      if (end < 0) break;
      const line = concat(...this.#begun);
      this.#begun = [];
      this.#begunBytes = 0;
      const record = this.#read(line);
      if (!record.ok) return record;
      if (record.value) records.push(record.value);
    }
    return accept(records);
  }

  /** Refuses `malformed` unless the end has come. */
  finish(): Result<null> {
    return this.#ended ? accept(null) : refuse('malformed');
  }

  #read(line: Uint8Array): Result<BackupRecord | undefined> {
    const text = fromUtf8(line.subarray(0, -1));
    const decoded = text.ok ? decodeBackupLine(text.value) : text;
    if (!decoded.ok) return decoded;
    const record = decoded.value;
    if (record.is === 'end') {
      this.#ended = this.#isEnd(record);
      return this.#ended ? accept(undefined) : refuse('malformed');
    }
    this.#hash.push(line);
    this.#records += 1;
    if (!this.#follows(record)) return refuse('malformed');
    this.#last = record.is;
    return accept(record);
  }

  #isEnd({ records, sha256 }: BackupEnd): boolean {
    const isWhole = this.#last !== undefined && this.#last !== 'header';
    const same = () => equalBytes(utf8(sha256), utf8(toHex(this.#hash.finish())));
    return isWhole && records === this.#records && same();
  }

  #follows(record: BackupRecord): boolean {
    switch (record.is) {
      case 'header':
        this.#address = record.address;
        return this.#last === undefined;
      case 'root':
        return this.#last === 'header' && identityFromRoot(record.root).address === this.#address;
      case 'entry':
        return this.#last === 'root' || this.#last === 'entry';
      case 'space':
        return this.#last !== undefined && this.#last !== 'header';
      case 'document':
        return this.#last === 'space' || this.#last === 'document';
    }
  }
}
