import { asBuffer, asBytes } from '../../../native-host/bytes.ts';
import { maskedCrc32c } from '../../../native-host/store/integrity/crc32c.ts';
import { readRecords } from '../../../native-host/store/integrity/records.ts';
import { unsnap } from '../../../native-host/store/integrity/snappy.ts';
import { Cursor } from '../../../native-host/store/integrity/varint.ts';
import { joined } from './joined.ts';

const magic = Buffer.from('57fb808b247547db', 'hex');
const footerBytes = 48;

/** Keys and values as LevelDB was given them, from one of its tables, logs or manifests; nothing from other files. */
export function unpackLevel(bytes: Buffer): Buffer[] {
  if (
    bytes.length >= footerBytes &&
    bytes.indexOf(magic.toString('latin1'), bytes.length - magic.length, 'latin1') >= 0
  )
    return table(bytes);
  return isLog(bytes) ? readRecords(asBytes(bytes)).records.map(asBuffer) : [];
}

/** Whether the first piece has the checksum of LevelDB's logs. */
function isLog(bytes: Buffer): boolean {
  if (bytes.length < 7) return false;
  const end = 7 + bytes.readUInt16LE(4);
  return bytes.readUInt32LE(0) === maskedCrc32c(asBytes(bytes.subarray(6, end)));
}

interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
}

function table(file: Buffer): Buffer[] {
  const footer = new Cursor(asBytes(file), file.length - footerBytes);
  const blocks: Buffer[] = [];
  for (const index of [block(file, footer), block(file, footer)]) {
    for (const { key, value } of index ? entries(index) : []) {
      const data = block(file, new Cursor(asBytes(value)));
      blocks.push(key, ...(data ? entries(data).flatMap((entry) => [entry.key, entry.value]) : []));
    }
  }
  return blocks;
}

/** The block at the place that the cursor names. */
function block(file: Buffer, handle: Cursor): Buffer | undefined {
  const [offset, size] = [handle.number(), handle.number()];
  if (offset === undefined || size === undefined || offset + size >= file.length) return undefined;
  const bytes = file.subarray(offset, offset + size);
  if (file[offset + size] === 0) return bytes;
  const plain = unsnap(asBytes(bytes));
  return plain && asBuffer(plain);
}

/** A key's beginning is left out where it is that of the key before. */
function entries(bytes: Buffer): Entry[] {
  if (bytes.length < 4) return [];
  const end = bytes.length - 4 - 4 * bytes.readUInt32LE(bytes.length - 4);
  if (end < 0) return [];
  const cursor = new Cursor(asBytes(bytes.subarray(0, end)));
  const found: Entry[] = [];
  let before = Buffer.alloc(0);
  while (!cursor.ended) {
    const [shared, own, length] = [cursor.number(), cursor.number(), cursor.number()];
    const rest = own === undefined ? undefined : cursor.take(own);
    const value = length === undefined ? undefined : cursor.take(length);
    if (shared === undefined || !rest || !value) break;
    before = joined(before.subarray(0, shared), asBuffer(rest));
    found.push({ key: before, value: asBuffer(value) });
  }
  return found;
}
