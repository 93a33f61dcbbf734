import { joined } from './joined.ts';
import { unsnapLeniently } from './lenient-snappy.ts';

const head = 'SQLite format 3\0';

/**
 * The records of a SQLite database, free pages' too, with the pages a long one goes on in put together;
 * and each of their columns unpacked as Firefox packs values (IndexedDB's and localStorage's). Nothing
 * from other files.
 */
export function unpackSqlite(file: Buffer): Buffer[] {
  if (!(file.length >= 100 && file.toString('latin1', 0, head.length) === head)) return [];
  const said = file.readUInt16BE(16);
  const size = said === 1 ? 65_536 : said;
  if (size < 512) return [];
  const found: Buffer[] = [];
  for (let number = 1; number * size <= file.length; number += 1) {
    for (const record of recordsOf(file, size, number)) {
      found.push(record, ...columns(record).map(unsnapLeniently));
    }
  }
  return found;
}

const kinds = { table: 13, index: 10, innerIndex: 2 };

function recordsOf(file: Buffer, size: number, number: number): Buffer[] {
  const page = file.subarray((number - 1) * size, number * size);
  const at = number === 1 ? 100 : 0;
  const kind = page[at] ?? 0;
  if (!Object.values(kinds).includes(kind)) return [];
  const first = at + (kind === kinds.innerIndex ? 12 : 8);
  const usable = size - (file[20] ?? 0);
  const records: Buffer[] = [];
  for (let cell = 0; cell < page.readUInt16BE(at + 3); cell += 1) {
    if (first + 2 * cell + 2 > size) break;
    let from = page.readUInt16BE(first + 2 * cell) + (kind === kinds.innerIndex ? 4 : 0);
    const length = bigVarint(page, from);
    from = length.next;
    if (kind === kinds.table) from = bigVarint(page, from).next;
    const here = local(length.value, usable, kind === kinds.table);
    const parts = [page.subarray(from, from + here)];
    if (here < length.value && from + here + 4 <= size) {
      parts.push(...overflow(file, size, page.readUInt32BE(from + here), length.value - here));
    }
    records.push(joined(...parts));
  }
  return records;
}

/** How much of a record stands in its own page: SQLite's file format, section 1.6. */
function local(length: number, usable: number, isTable: boolean): number {
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (length <= most) return length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const rest = least + ((length - least) % (usable - 4));
  return rest <= most ? rest : least;
}

function overflow(file: Buffer, size: number, first: number, length: number): Buffer[] {
  const parts: Buffer[] = [];
  const usable = size - (file[20] ?? 0) - 4;
  let number = first;
  for (let left = length; left > 0 && number > 0; left -= usable) {
    const start = (number - 1) * size;
    if (start + size > file.length) break;
    parts.push(file.subarray(start + 4, start + 4 + Math.min(left, usable)));
    number = file.readUInt32BE(start);
  }
  return parts;
}

function columns(record: Buffer): Buffer[] {
  const header = bigVarint(record, 0);
  let type = header.next;
  let at = header.value;
  const found: Buffer[] = [];
  while (type < header.value && type < record.length) {
    const serial = bigVarint(record, type);
    type = serial.next;
    const length =
      serial.value >= 12
        ? Math.floor((serial.value - 12) / 2)
        : ([0, 1, 2, 3, 4, 6, 8, 8][serial.value] ?? 0);
    if (serial.value >= 12) found.push(record.subarray(at, at + length));
    at += length;
  }
  return found;
}

/** SQLite's numbers: seven bits a byte, the highest first, eight in the ninth. */
function bigVarint(bytes: Buffer, from: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let nth = 0; nth < 9; nth += 1) {
    const byte = bytes[from + nth] ?? 0;
    if (nth === 8) return { value: value * 256 + byte, next: from + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: from + nth + 1 };
  }
  return { value, next: from + 9 };
}
