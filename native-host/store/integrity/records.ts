import { concat } from '../../../src/domain/bytes.ts';
import { maskedCrc32c } from './crc32c.ts';

/** What LevelDB's log format (its logs and its MANIFEST) holds: blocks of 32 KiB, records in them. */
export interface Records {
  readonly records: readonly Uint8Array[];
  /**
   * `whole`; `cut`: ends within a record, as when the writer died (what was acknowledged is before it);
   * `torn`: the last record is all there and isn't what was written; `damaged`: so is one before the last,
   * or one is missing in between.
   */
  readonly state: 'whole' | 'cut' | 'torn' | 'damaged';
}

const blockBytes = 32_768;
const headBytes = 7;
const full = 1;
const first = 2;
const last = 4;

interface Piece {
  readonly type: number;
  readonly data: Uint8Array;
  readonly next: number;
}

export function readRecords(file: Uint8Array): Records {
  const records: Uint8Array[] = [];
  /** The pieces of a record that goes on. */
  let pieces: Uint8Array[] | undefined;
  let at = 0;
  for (;;) {
    at = skipTrailer(at);
    if (at >= file.length) return { records, state: pieces ? 'cut' : 'whole' };
    const piece = pieceAt(file, at);
    if (typeof piece === 'string') {
      const state = hasPieceAfter(file, at + 1) ? 'damaged' : piece;
      return { records, state };
    }
    const begins = piece.type === full || piece.type === first;
    if (begins !== (pieces === undefined)) return { records, state: 'damaged' };
    pieces = [...(pieces ?? []), piece.data];
    if (piece.type === full || piece.type === last) {
      records.push(concat(...pieces));
      pieces = undefined;
    }
    at = piece.next;
  }
}

/** Where too little of a block is left for a head, LevelDB goes on in the next. */
function skipTrailer(at: number): number {
  const left = blockBytes - (at % blockBytes);
  return left < headBytes ? at + left : at;
}

/** The piece at this place, or what is wrong if there is none. */
function pieceAt(file: Uint8Array, at: number): Piece | 'cut' | 'torn' {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (at + headBytes > file.length) return 'cut';
  const length = view.getUint16(at + 4, true);
  const type = file[at + 6] ?? 0;
  const next = at + headBytes + length;
  if (next > Math.min(file.length, (Math.floor(at / blockBytes) + 1) * blockBytes)) {
    return next > file.length ? 'cut' : 'torn';
  }
  if (type < full || type > last) return isEmpty(file, at) ? 'cut' : 'torn';
  if (view.getUint32(at, true) !== maskedCrc32c(file.subarray(at + 6, next))) return 'torn';
  return { type, data: file.subarray(at + headBytes, next), next };
}

/** Nothing but zeros from here: room that was taken and never written to. */
function isEmpty(file: Uint8Array, at: number): boolean {
  return file.subarray(at).every((byte) => byte === 0);
}

/**
 * Is there a genuine piece anywhere behind a place where there should have been one? A length may be what
 * is wrong, so every place is tried: chance passes a checksum once in four thousand million.
 */
function hasPieceAfter(file: Uint8Array, from: number): boolean {
  for (let at = from; at + headBytes <= file.length; at += 1) {
    const type = file[at + 6] ?? 0;
    // An empty piece is written at the end of a block only, and says nothing.
    if (type < full || type > last || ((file[at + 4] ?? 0) | (file[at + 5] ?? 0)) === 0) continue;
    if (typeof pieceAt(file, at) !== 'string') return true;
  }
  return false;
}
