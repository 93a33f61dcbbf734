import { asBytes } from '../../../native-host/bytes.ts';
import { constants, inflateRawSync, inflateSync } from 'node:zlib';
import { placesOf } from './lz4.ts';

/** A member that was cut off tells what it has; none comes near the limit. */
const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 67_108_864 };
const gzipHead = Buffer.from('1f8b08', 'hex');
const zlibHead = Buffer.from([0x78]);
const zipHead = Buffer.from('504b0304', 'hex');

/** What stands in gzip, zlib and zip members anywhere in these bytes. */
export function inflate(bytes: Buffer): Buffer[] {
  const found: (Buffer | undefined)[] = [];
  for (const at of placesOf(bytes, gzipHead)) {
    // Node's own gunzip refuses a member behind which something else stands.
    found.push(
      attempt(() => inflateRawSync(asBytes(bytes.subarray(afterGzipHead(bytes, at))), options)),
    );
  }
  for (const at of placesOf(bytes, zlibHead)) {
    // Two bytes that may begin a stream do so by chance once in 4,000 places.
    if (at + 2 > bytes.length || bytes.readUInt16BE(at) % 31 !== 0) continue;
    found.push(attempt(() => inflateSync(asBytes(bytes.subarray(at)), options)));
  }
  for (const at of placesOf(bytes, zipHead)) {
    if (at + 30 > bytes.length || bytes.readUInt16LE(at + 8) !== 8) continue;
    const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    found.push(attempt(() => inflateRawSync(asBytes(bytes.subarray(from)), options)));
  }
  return found.filter((each) => each !== undefined && each.length > 0) as Buffer[];
}

/** RFC 1952, section 2.3: an extra field, a name, a comment and a checksum may stand before the data. */
function afterGzipHead(bytes: Buffer, start: number): number {
  const flags = bytes[start + 3] ?? 0;
  let at = start + 10;
  if (flags & 4 && at + 2 <= bytes.length) at += 2 + bytes.readUInt16LE(at);
  for (const flag of [8, 16]) {
    if (flags & flag) at = bytes.indexOf(0, at) + 1;
  }
  return flags & 2 ? at + 2 : at;
}

function attempt(unpack: () => Buffer): Buffer | undefined {
  try {
    return unpack();
  } catch {
    // No such member after all.
    return undefined;
  }
}
