import { maskedCrc32c } from './crc32c.ts';
import { unsnap } from './snappy.ts';
import { Cursor } from './varint.ts';

interface Handle {
  readonly offset: number;
  readonly size: number;
}

const footerBytes = 48;
/** The kind of block, and its checksum. */
const trailerBytes = 5;
const magic = 0xdb4775248b80fb57n;

/** Whether every block of a table is as LevelDB wrote it. */
export function isWholeTable(file: Uint8Array): boolean {
  if (file.length < footerBytes) return false;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getBigUint64(file.length - 8, true) !== magic) return false;
  const footer = new Cursor(file, file.length - footerBytes);
  const meta = readHandle(footer);
  const index = readHandle(footer);
  const metaBlock = meta && readBlock(file, meta);
  const indexBlock = index && readBlock(file, index);
  if (!metaBlock || !indexBlock) return false;
  const handles = [
    ...(handlesIn(metaBlock) ?? [undefined]),
    ...(handlesIn(indexBlock) ?? [undefined]),
  ];
  return handles.every((handle) => handle !== undefined && isWhole(file, handle));
}

function readHandle(cursor: Cursor): Handle | undefined {
  const offset = cursor.number();
  const size = cursor.number();
  return offset === undefined || size === undefined ? undefined : { offset, size };
}

function isWhole(file: Uint8Array, { offset, size }: Handle): boolean {
  const end = offset + size + trailerBytes;
  if (end > file.length - footerBytes) return false;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const said = view.getUint32(offset + size + 1, true);
  return said === maskedCrc32c(file.subarray(offset, offset + size + 1));
}

/** A block's bytes, unpacked; `undefined` if they are not what was written. */
function readBlock(file: Uint8Array, handle: Handle): Uint8Array | undefined {
  if (!isWhole(file, handle)) return undefined;
  const bytes = file.subarray(handle.offset, handle.offset + handle.size);
  return file[handle.offset + handle.size] === 0 ? bytes : unsnap(bytes);
}

/** Where the blocks are that an index block names: its keys are shortened, its values are handles. */
function handlesIn(block: Uint8Array): (Handle | undefined)[] | undefined {
  if (block.length < 4) return undefined;
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const end = block.length - 4 - 4 * view.getUint32(block.length - 4, true);
  if (end < 0) return undefined;
  const cursor = new Cursor(block.subarray(0, end));
  const handles: (Handle | undefined)[] = [];
  while (!cursor.ended) {
    const [, own, length] = [cursor.number(), cursor.number(), cursor.number()];
    if (own === undefined || length === undefined || !cursor.take(own)) return undefined;
    const value = cursor.take(length);
    handles.push(value && readHandle(new Cursor(value)));
  }
  return handles;
}
