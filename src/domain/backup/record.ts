import { parseAddress, type OnionAddress } from '../address.ts';
import { fromBase64Url, toBase64Url } from '../bytes.ts';
import { revisionOf } from '../document/id.ts';
import { type Check, decodeFields, isCount, isMap, isText, isTime, textOf } from '../fields.ts';
import { accept, refuse, type Result } from '../result.ts';
import { parseSpaceName, type SpaceName } from '../space/name.ts';

/** What a backup is made of, in this order: one `header`, one `root`, `entry`s, and each `space` before its `document`s. */
export type BackupRecord =
  | {
      readonly is: 'header';
      /** Counts this person's backups from 1. */
      readonly number: number;
      /** Milliseconds since 1970. */
      readonly made: number;
      readonly address: OnionAddress;
    }
  | { readonly is: 'root'; readonly root: Uint8Array }
  /** One of the vault's entries, opened. */
  | { readonly is: 'entry'; readonly name: string; readonly value: unknown }
  /** What the person calls it and what kind it is are empty where it is none that they see. */
  | {
      readonly is: 'space';
      readonly name: SpaceName;
      readonly title: string;
      readonly kind: string;
    }
  | { readonly is: 'document'; readonly document: BackedUpDocument };

/** A document as it lies in its database, under the one revision that it can have. */
export interface BackedUpDocument {
  readonly _id: string;
  readonly _rev: string;
}

/** The last line: how many came before it, and SHA-256 of all their bytes, as hex. */
export interface BackupEnd {
  readonly is: 'end';
  readonly records: number;
  readonly sha256: string;
}

const version = 1;
const isAddress: Check<OnionAddress> = (value): value is OnionAddress =>
  typeof value === 'string' && parseAddress(value).ok;
const isSpace: Check<SpaceName> = (value): value is SpaceName =>
  typeof value === 'string' && parseSpaceName(value).ok;
const isAnything: Check<unknown> = (value): value is unknown => value !== undefined;
const isEntryName = textOf(1_000, 1);
const isHex = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** Immutable, with fields of text and numbers only. */
export const isBackedUpDocument: Check<BackedUpDocument> = (value): value is BackedUpDocument => {
  if (!isMap(value)) return false;
  const { _id, _rev, ...rest } = value;
  return (
    typeof _id === 'string' &&
    /^[a-z][a-z2-7]{52}$/.test(_id) &&
    _rev === revisionOf(_id) &&
    Object.values(rest).every((one) => typeof one === 'string' || typeof one === 'number')
  );
};

/** One line of text, without its end. */
export function backupLine(record: BackupRecord | BackupEnd): string {
  switch (record.is) {
    case 'header': {
      const { number, made, address } = record;
      return JSON.stringify({ backup: version, number, made, address });
    }
    case 'root':
      return JSON.stringify({ root: toBase64Url(record.root) });
    case 'entry':
      return JSON.stringify({ entry: record.name, value: record.value });
    case 'space': {
      const { name, title, kind } = record;
      return JSON.stringify({ space: name, title, kind });
    }
    case 'document':
      return JSON.stringify({ document: record.document });
    case 'end':
      return JSON.stringify({ end: record.records, sha256: record.sha256 });
  }
}

/** Refuses `wrong-version` for a backup of another version than this, and what is no line of one. */
export function decodeBackupLine(line: string): Result<BackupRecord | BackupEnd> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return refuse('malformed');
  }
  if (!isMap(json)) return refuse('malformed');
  if ('document' in json) {
    const fields = decodeFields(json, { document: isBackedUpDocument });
    return fields.ok ? accept({ is: 'document', document: fields.value.document }) : fields;
  }
  if ('entry' in json) {
    const fields = decodeFields(json, { entry: isEntryName, value: isAnything });
    if (!fields.ok) return fields;
    return accept({ is: 'entry', name: fields.value.entry, value: fields.value.value });
  }
  if ('space' in json) {
    const fields = decodeFields(json, { space: isSpace, title: textOf(1_000), kind: textOf(40) });
    if (!fields.ok) return fields;
    const { space: name, title, kind } = fields.value;
    return accept({ is: 'space', name, title, kind });
  }
  return 'backup' in json ? header(json) : rootOrEnd(json);
}

function header(json: Readonly<Record<string, unknown>>): Result<BackupRecord> {
  if (isCount(json['backup']) && json['backup'] !== version) return refuse('wrong-version');
  const fields = decodeFields(json, {
    backup: isCount,
    number: isCount,
    made: isTime,
    address: isAddress,
  });
  if (!fields.ok) return fields;
  const { number, made, address } = fields.value;
  return accept({ is: 'header', number, made, address });
}

function rootOrEnd(json: Readonly<Record<string, unknown>>): Result<BackupRecord | BackupEnd> {
  if ('root' in json) {
    const fields = decodeFields(json, { root: isText });
    const root = fields.ok ? fromBase64Url(fields.value.root) : fields;
    if (!root.ok) return root;
    return root.value.length === 32
      ? accept({ is: 'root', root: root.value })
      : refuse('malformed');
  }
  const fields = decodeFields(json, { end: isCount, sha256: isHex });
  if (!fields.ok) return fields;
  const { end: records, sha256 } = fields.value;
  return accept({ is: 'end', records, sha256 });
}
