import { deflateRawSync } from 'node:zlib';
import { crc32 } from './crc32.mjs';

// 1980-01-01 00:00, the first moment the format can say: the same input gives the same bytes on any day.
const dosTime = 0;
const dosDate = 0x21;
const versionNeeded = 20;
const utf8Names = 0x0800;
const deflated = 8;
/** A plain file, rw-r--r--, as the upper half of the attributes says on Unix. */
const unixFile = (0o100644 << 16) >>> 0;
const madeOnUnix = (3 << 8) | versionNeeded;

/**
 * A zip of `[name, bytes]` pairs, sorted by name. Deterministic for one version of zlib.
 * Enough of the format for a browser add-on: no folders, no comments, sizes under 4 GiB.
 */
export function zip(files) {
  const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, bytes] of sorted) {
    const nameBytes = Buffer.from(name, 'utf8');
    const packed = deflateRawSync(bytes, { level: 9 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(versionNeeded, 0);
    common.writeUInt16LE(utf8Names, 2);
    common.writeUInt16LE(deflated, 4);
    common.writeUInt16LE(dosTime, 6);
    common.writeUInt16LE(dosDate, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, packed);

    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(unixFile, 6);
    tail.writeUInt32LE(offset, 10);
    const head = Buffer.from('PK\x01\x02\x00\x00', 'latin1');
    head.writeUInt16LE(madeOnUnix, 4);
    directory.push(head, common, tail, nameBytes);
    offset += 30 + nameBytes.length + packed.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(sorted.length, 8);
  end.writeUInt16LE(sorted.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, index, end]);
}
