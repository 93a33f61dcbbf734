import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import * as v from 'valibot';
import { encodeFrame } from '../messaging/framing.ts';
import { peekMessage } from '../messaging/peek-message.ts';

/** Where a service waits for the native-messaging process, in the data directory that it serves. */
export const socketIn = (directory: string): string => join(directory, 'service.sock');

/** What a service says first to whoever connects: both ends must be of one version. */
export const greetingSchema = v.strictObject({
  type: v.literal('service'),
  host: v.pipe(v.string(), v.maxLength(40)),
});
export type Greeting = v.InferOutput<typeof greetingSchema>;

/** Said instead of a browser's hello by who is about to erase the directory: the service is to end, and not to come back. */
export const farewellSchema = v.strictObject({ type: v.literal('end-service') });
type Farewell = v.InferOutput<typeof farewellSchema>;

export interface ServiceConnection {
  readonly socket: Socket;
  /** Of the service; `undefined` for one that says something else than ours. */
  readonly version: string | undefined;
}

/** The service that serves this directory, if one is running. Never rejects. */
export async function connectToService(directory: string): Promise<ServiceConnection | undefined> {
  const socket = connect(socketIn(directory));
  try {
    await once(socket, 'connect');
  } catch {
    return undefined;
  }
  // What goes wrong from here on is the end of it, which is heard anyway.
  socket.on('error', () => {});
  const greeting = v.safeParse(greetingSchema, (await peekMessage(socket, 'take'))?.message);
  return { socket, version: greeting.success ? greeting.output.host : undefined };
}

/** Has the service that serves this directory end, if one does; it may still be closing what it has open afterwards. Never rejects. */
export async function endService(directory: string): Promise<void> {
  const service = await connectToService(directory);
  if (!service) return;
  const farewell: Farewell = { type: 'end-service' };
  const over = once(service.socket, 'close').catch(() => undefined);
  service.socket.end(encodeFrame(farewell));
  service.socket.resume();
  await over;
}
