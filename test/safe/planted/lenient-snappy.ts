import { asBytes } from '../../../native-host/bytes.ts';
import { readVarint } from '../../../native-host/store/integrity/varint.ts';
import { joined } from './joined.ts';

/**
 * The bytes behind a block in Snappy's format, as far as they can be read: what was cut off or partly
 * written over still tells its beginning. Nothing where not even a first step is one.
 */
export function unsnapLeniently(packed: Buffer): Buffer {
  const head = readVarint(asBytes(packed), 0);
  if (!head || head.value === 0 || head.value > 67_108_864) return Buffer.alloc(0);
  // A byte of a block stands for 64 at most, so that noise can't ask for more than it could fill.
  const out = Buffer.alloc(Math.min(head.value, packed.length * 64));
  let at = 0;
  let from = head.next;
  while (from < packed.length && at < out.length) {
    const tag = packed[from] ?? 0;
    const kind = tag & 3;
    const extra = kind === 0 ? Math.max(0, (tag >>> 2) - 59) : kind === 3 ? 4 : kind;
    if (from + 1 + extra > packed.length) break;
    const number = extra === 0 ? 0 : packed.readUIntLE(from + 1, extra);
    from += 1 + extra;
    if (kind === 0) {
      const length = (extra === 0 ? tag >>> 2 : number) + 1;
      at += packed.copy(out, at, from, Math.min(from + length, packed.length));
      from += length;
      continue;
    }
    const offset = kind === 1 ? ((tag >>> 5) << 8) | number : number;
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    if (offset === 0 || offset > at) break;
    const end = Math.min(at + length, out.length);
    // Byte by byte: a copy may reach into what it is writing.
    for (; at < end; at += 1) out[at] = out[at - offset] ?? 0;
  }
  return out.subarray(0, at);
}

const streamHead = Buffer.from('ff060000734e61507059', 'hex');

/** What stands in streams of Snappy's framing format, anywhere in these bytes: Firefox's larger values. */
export function unsnapStreams(bytes: Buffer): Buffer[] {
  const streams: Buffer[] = [];
  for (let start = bytes.indexOf(streamHead); start >= 0;) {
    const parts: Buffer[] = [];
    let at = start + streamHead.length;
    while (at + 8 <= bytes.length) {
      const kind = bytes[at] ?? 0;
      const data = bytes.subarray(at + 8, at + 4 + bytes.readUIntLE(at + 1, 3));
      if (kind > 1) break;
      parts.push(kind === 0 ? unsnapLeniently(data) : data);
      at += 8 + data.length;
    }
    streams.push(joined(...parts));
    start = bytes.indexOf(streamHead, start + 1);
  }
  return streams;
}
