import type { Writable } from 'node:stream';
import type { FromHost } from '../../src/protocol/native-messages.ts';
import { encodeFrame } from './framing.ts';

/**
 * Sends one message. Resolves when the bytes have left this process, so that whoever awaits it
 * produces no faster than the browser reads; also when the browser is gone, since nobody is left to tell.
 * Throws CodedError `too-large` for a message no browser would accept.
 */
export type Send = (message: FromHost) => Promise<void>;

export function createFrameWriter(output: Writable): Send {
  return async (message) => {
    const frame = encodeFrame(message);
    await new Promise<void>((resolve) => {
      if (output.destroyed) resolve();
      else output.write(frame, () => resolve());
    });
  };
}
