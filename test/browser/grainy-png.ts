import { crc32, deflateSync } from 'node:zlib';
import { concat, utf8 } from '../../src/domain/bytes.ts';

/** A PNG (W3C, RGB with 8 bits) in which nearly every pixel differs a little from the one beside it, so that it stays large. */
export function grainyPng(width: number, height: number): Buffer {
  const rows = new Uint8Array((1 + width * 3) * height);
  let grain = 1;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      grain = (Math.imul(grain, 1_103_515_245) + 12_345) & 0x7fffffff;
      const at = y * (1 + width * 3) + 1 + x * 3;
      rows[at] = (x * 180) / width + (grain % 23);
      rows[at + 1] = (y * 180) / height + ((grain >> 8) % 23);
      rows[at + 2] = 90 + ((grain >> 16) % 23);
    }
  }
  const kind = Uint8Array.of(8, 2, 0, 0, 0);
  return Buffer.from(
    concat(
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      chunk('IHDR', concat(number(width), number(height), kind)),
      chunk('IDAT', new Uint8Array(deflateSync(rows))),
      chunk('IEND', new Uint8Array()),
    ),
  );
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concat(utf8(type), data);
  return concat(number(data.length), body, number(crc32(body)));
}

function number(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
