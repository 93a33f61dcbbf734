import { endianness } from 'node:os';
import { type Code, CodedError } from '../../src/protocol/codes.ts';
import { limits } from '../../src/protocol/limits.ts';

/** What came out of the byte stream: a JSON value, or why there is none. */
export type Incoming =
  | { kind: 'message'; value: unknown }
  /** One frame could not be used; the next one can. */
  | { kind: 'unusable'; code: Extract<Code, 'malformed' | 'too-large'> }
  /** The stream is not made of frames; nothing after this can be understood. */
  | { kind: 'lost' };

const headerBytes = 4;
/** No add-on message comes near this: such a length is a stream that lost its place, or no browser. */
const absurdLength = 64 * limits.nativeMessageBytes;
const littleEndian = endianness() === 'LE';

/**
 * Reads native messages from a byte stream cut anywhere: a length of 4 bytes in this machine's byte
 * order, then that much UTF-8 JSON. Never throws; a frame over the limit is skipped without being kept.
 */
export class FrameReader {
  #block = new Uint8Array(headerBytes);
  #held = 0;
  #inBody = false;
  #toSkip = 0;
  #lost = false;

  /** Takes the next bytes and returns what they completed, in order. */
  push(bytes: Uint8Array): Incoming[] {
    const found: Incoming[] = [];
    let rest = bytes;
    while (rest.length > 0 && !this.#lost) {
      if (this.#toSkip > 0) {
        const skipped = Math.min(this.#toSkip, rest.length);
        this.#toSkip -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      const taken = rest.subarray(0, this.#block.length - this.#held);
      this.#block.set(taken, this.#held);
      this.#held += taken.length;
      rest = rest.subarray(taken.length);
      if (this.#held < this.#block.length) break;
      const incoming = this.#complete(this.#block);
      if (incoming) found.push(incoming);
    }
    return found;
  }

  /** A block is a header, then the body it announced, and so on. */
  #complete(block: Uint8Array): Incoming | undefined {
    const wasBody = this.#inBody;
    this.#expect(headerBytes, false);
    if (wasBody) return decode(block);
    const length = new DataView(block.buffer).getUint32(0, littleEndian);
    if (length > absurdLength) {
      this.#lost = true;
      return { kind: 'lost' };
    }
    if (length > limits.nativeMessageBytes) {
      this.#toSkip = length;
      return { kind: 'unusable', code: 'too-large' };
    }
    if (length === 0) return { kind: 'unusable', code: 'malformed' };
    this.#expect(length, true);
    return undefined;
  }

  #expect(bytes: number, body: boolean): void {
    this.#block = new Uint8Array(bytes);
    this.#held = 0;
    this.#inBody = body;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(block: Uint8Array): Incoming {
  try {
    return { kind: 'message', value: JSON.parse(utf8.decode(block)) };
  } catch {
    return { kind: 'unusable', code: 'malformed' };
  }
}

/** One message as a frame. Throws CodedError `too-large` when the browser would refuse it. */
export function encodeFrame(message: unknown): Uint8Array {
  const body = new TextEncoder().encode(JSON.stringify(message));
  if (body.length > limits.nativeMessageBytes) throw new CodedError('too-large');
  const frame = new Uint8Array(headerBytes + body.length);
  new DataView(frame.buffer).setUint32(0, body.length, littleEndian);
  frame.set(body, headerBytes);
  return frame;
}
