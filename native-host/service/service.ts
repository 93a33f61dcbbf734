import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { CodedError } from '../../src/protocol/codes.ts';
import { idleTorStatus } from '../../src/protocol/tor-status.ts';
import { readKept } from '../always-on.ts';
import { openHostIn } from '../host.ts';
import type { Log } from '../log.ts';
import { createFrameWriter } from '../messaging/frame-writer.ts';
import { encodeFrame } from '../messaging/framing.ts';
import type { HostEvents, OpenHost } from '../messaging/host-services.ts';
import { peekMessage } from '../messaging/peek-message.ts';
import { runSession } from '../messaging/session.ts';
import { farewellSchema, type Greeting, socketIn } from './socket.ts';

export interface ServiceOptions {
  /** One browser profile's. */
  directory: string;
  version: string;
  log: Log;
  signal: AbortSignal;
  /** Its data are to be erased: it is asked to end for good. */
  told: () => void;
}

export interface Service {
  close: () => Promise<void>;
}

/** How long the browser that was just closed may still be there when the next one comes. */
const changePatience = 4_000;
const changeEvery = 50;
/** A socket's name may take 107 bytes. */
const longestSocketPath = 107;

/**
 * A host that no browser started and none ends: what it was given (onion key, access list, transport key) stays in its
 * memory and in force while browsers come and go. They reach it by a socket for this account alone, one at a time.
 *
 * Throws CodedError as `openHost` does, and `data-unwritable` where the directory can hold no socket.
 */
export async function openService(options: ServiceOptions): Promise<Service> {
  const { directory, version, log, signal, told } = options;
  const path = socketIn(directory);
  if (Buffer.byteLength(path) > longestSocketPath) throw new CodedError('data-unwritable', path);
  const attached: { browser?: HostEvents } = {};
  let torStatus = idleTorStatus;
  const events: HostEvents = {
    torStatus: (status) => {
      torStatus = status;
      attached.browser?.torStatus(status);
    },
    peerSeen: (address) => attached.browser?.peerSeen(address),
    brought: (brought) => attached.browser?.brought(brought),
  };
  const services = await openHostIn(directory, events, signal, await readKept(directory));

  /** The host as one browser has it: what ends with that browser is its connection only. */
  const attach: OpenHost = async ({ profile, temporary }, given) => {
    if (temporary || profile !== basename(directory)) throw new CodedError('not-found', directory);
    const until = performance.now() + changePatience;
    while (attached.browser) {
      if (performance.now() >= until) throw new CodedError('data-in-use', directory);
      await pause(changeEvery);
    }
    attached.browser = given;
    given.torStatus(torStatus);
    return {
      ...services,
      close: async () => {
        delete attached.browser;
      },
    };
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    const greeting: Greeting = { type: 'service', host: version };
    socket.write(encodeFrame(greeting));
    const serve = async (): Promise<void> => {
      const first = await peekMessage(socket, 'keep');
      if (v.is(farewellSchema, first?.message)) {
        socket.end();
        told();
        return;
      }
      const send = createFrameWriter(socket);
      const { close } = await runSession({ input: socket, send, open: attach, version, log });
      await close();
      socket.end();
    };
    void serve();
  });
  try {
    await listen(server, path);
  } catch (error) {
    await services.close();
    throw error;
  }
  return {
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await rm(path, { force: true });
      await services.close();
    },
  };
}

/** Who holds the directory's lock may replace what a killed service left there. */
async function listen(server: Server, path: string): Promise<void> {
  await rm(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  // The process's mask has kept others out from the beginning; this is for those that set another.
  await chmod(path, 0o600);
}
