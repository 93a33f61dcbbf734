import * as fc from 'fast-check';
import { endianness } from 'node:os';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameReader, type Incoming } from '../../native-host/messaging/framing.ts';
import { textChunks } from '../../native-host/messaging/text-chunks.ts';
import { limits } from '../../src/protocol/limits.ts';

const littleEndian = endianness() === 'LE';

function header(length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length, littleEndian);
  return bytes;
}

function join(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function readAll(bytes: Uint8Array, cuts: number[]): Incoming[] {
  const reader = new FrameReader();
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].toSorted(
    (a, b) => a - b,
  );
  return places.flatMap((from, at) => reader.push(bytes.subarray(from, places[at + 1] ?? from)));
}

describe('frames', () => {
  test('however the bytes are cut, the same messages come out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (messages, cuts) => {
          const incoming = readAll(join(...messages.map(encodeFrame)), cuts);
          const expected = messages.map((value) => ({
            kind: 'message',
            value: JSON.parse(JSON.stringify(value)),
          }));
          expect(incoming).toEqual(expected);
        },
      ),
    );
  });

  test('no bytes at all make it throw, and frames it refuses never hide the next good one', () => {
    const good = encodeFrame({ good: true });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (bodies) => {
        const frames = bodies.map((body) => join(header(body.length), body));
        const incoming = readAll(join(...frames, good), []);
        expect(incoming).toHaveLength(bodies.length + 1);
        expect(incoming.at(-1)).toEqual({ kind: 'message', value: { good: true } });
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        readAll(noise, []);
      }),
    );
  });

  test('a frame over the limit is skipped, not kept, and the one behind it is read', () => {
    const reader = new FrameReader();
    const length = limits.nativeMessageBytes + 1;
    expect(reader.push(header(length))).toEqual([{ kind: 'unusable', code: 'too-large' }]);
    for (let sent = 0; sent < length; sent += 65_536) {
      expect(reader.push(new Uint8Array(Math.min(65_536, length - sent)))).toEqual([]);
    }
    expect(reader.push(encodeFrame(1))).toEqual([{ kind: 'message', value: 1 }]);
  });

  test('the largest frame allowed is read, and one more byte is refused on the way out', () => {
    const text = 'x'.repeat(limits.nativeMessageBytes - 2);
    expect(new FrameReader().push(encodeFrame(text))).toEqual([{ kind: 'message', value: text }]);
    expect(() => encodeFrame(`${text}x`)).toThrow('too-large');
  });

  test('a length no browser would send means the stream is not ours', () => {
    const reader = new FrameReader();
    expect(reader.push(header(0xffff_ffff))).toEqual([{ kind: 'lost' }]);
    expect(reader.push(encodeFrame('ignored'))).toEqual([]);
  });

  test.each([
    ['no JSON', new TextEncoder().encode('{nope')],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['nothing', new Uint8Array(0)],
  ])('%s in a frame is malformed', (_, body) => {
    const incoming = new FrameReader().push(join(header(body.length), body, encodeFrame(7)));
    expect(incoming).toEqual([
      { kind: 'unusable', code: 'malformed' },
      { kind: 'message', value: 7 },
    ]);
  });
});

describe('chunks of text', () => {
  test('put together again they are the text, and each fits a frame however it is escaped', () => {
    const worst = '\u0000'.repeat(limits.tunnelChunkCharacters * 2 + 17);
    const pairs = `x${'🧅'.repeat(limits.tunnelChunkCharacters)}`;
    for (const text of [worst, pairs, 'short', '']) {
      const chunks = [...textChunks(text)];
      expect(chunks.join('')).toBe(text);
      for (const body of chunks) {
        expect(body).not.toMatch(/\p{Surrogate}/u);
        const frame = encodeFrame({ type: 'response-body', id: 2 ** 53 - 1, body, last: false });
        expect(frame.length).toBeLessThanOrEqual(limits.nativeMessageBytes);
      }
    }
  });
});
