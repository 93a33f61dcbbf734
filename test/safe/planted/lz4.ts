import { joined } from './joined.ts';

const jsonHead = Buffer.from('mozLz40\0', 'latin1');
const frameHead = Buffer.from('04224d18', 'hex');

/** What stands in LZ4, in Mozilla's own files and in LZ4's frames, anywhere in these bytes. */
export function unpackLz4(bytes: Buffer): Buffer[] {
  return [
    ...placesOf(bytes, jsonHead).map((at) => block(bytes.subarray(at + jsonHead.length + 4))),
    ...placesOf(bytes, frameHead).map((at) => frame(bytes.subarray(at + frameHead.length))),
  ];
}

export function placesOf(bytes: Buffer, what: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(what); at >= 0; at = bytes.indexOf(what, at + 1)) places.push(at);
  return places;
}

/** A frame's blocks one after the other, as far as they can be read. A block may copy from earlier ones. */
function frame(bytes: Buffer): Buffer {
  const flags = bytes[0] ?? 0;
  let at = 3 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0);
  let out = Buffer.alloc(0);
  while (at + 4 <= bytes.length) {
    const said = bytes.readUInt32LE(at);
    const length = said & 0x7fffffff;
    if (length === 0) break;
    const data = bytes.subarray(at + 4, at + 4 + length);
    out = said > 0x7fffffff ? joined(out, data) : block(data, out);
    at += 4 + length + (flags & 16 ? 4 : 0);
  }
  return out;
}

/** Everything unpacked so far, `before` with it. */
function block(packed: Buffer, before: Buffer = Buffer.alloc(0)): Buffer {
  const out = [...before];
  let at = 0;
  const length = (nibble: number): number => {
    let sum = nibble;
    for (let more = nibble === 15; more; at += 1) {
      sum += packed[at] ?? 0;
      more = packed[at] === 255;
    }
    return sum;
  };
  while (at < packed.length) {
    const token = packed[at] ?? 0;
    at += 1;
    const literals = length(token >>> 4);
    for (const byte of packed.subarray(at, at + literals)) out.push(byte);
    at += literals;
    if (at + 2 > packed.length) break;
    const offset = packed.readUInt16LE(at);
    at += 2;
    if (offset === 0 || offset > out.length) break;
    for (let left = length(token & 15) + 4; left > 0; left -= 1) {
      out.push(out[out.length - offset] ?? 0);
    }
  }
  return Buffer.from(out);
}
