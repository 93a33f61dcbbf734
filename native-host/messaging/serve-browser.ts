import { Console } from 'node:console';
import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Writable } from 'node:stream';
import * as v from 'valibot';
import { helloSchema } from '../../src/protocol/native-messages.ts';
import { directoryOf } from '../host.ts';
import { openLog } from '../log.ts';
import { openHost } from '../open-host.ts';
import { hostVersion } from '../version.ts';
import { findService, relay } from '../service/relay.ts';
import type { ServiceConnection } from '../service/socket.ts';
import { createFrameWriter, type Send } from './frame-writer.ts';
import { peekMessage } from './peek-message.ts';
import { runSession } from './session.ts';

/** A browser kills its hosts about three seconds after closing their input; we are gone before. */
const closingMost = 1_500;

/**
 * Serves the browser at the other end of stdin and stdout until it goes away, then ends this process:
 * with 0 when the browser closed the pipe, with 1 when we refused to serve.
 */
export async function serveBrowser(): Promise<void> {
  const log = openLog(process.env['NETWORK25_LOG']);
  // stdout is the browser's; whatever a package may print goes to the browser's own console.
  globalThis.console = new Console(process.stderr, process.stderr);
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, () => {
      log('crashed', 'internal');
      process.exit(1);
    });
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => process.stdin.destroy());
  }
  log('started');
  const output = standardOutput();
  const send = createFrameWriter(output);
  const first = await peekMessage(process.stdin, 'keep');
  if (!first) {
    log('ended');
    process.exit(0);
  }
  const service = await serviceFor(first.message);
  if (service) process.exit(await passOn(service, output, send));
  const { end, close } = await runSession({
    input: process.stdin,
    send,
    open: openHost,
    version: hostVersion(),
    log,
  });
  const closed = await Promise.race([close().then(() => true), pause(closingMost, false)]);
  log(closed ? 'ended' : 'closing-timed-out');
  process.exit(end === 'refused' ? 1 : 0);
}

/** The service that serves the profile which the browser greets with, if there is one. */
async function serviceFor(message: unknown): Promise<ServiceConnection | undefined> {
  const hello = v.safeParse(helloSchema, message);
  if (!hello.success || hello.output.temporary === true) return undefined;
  return findService(directoryOf(hello.output.profile));
}

/** Lets the service answer; resolves with what this process is to exit with. */
async function passOn(service: ServiceConnection, output: Writable, send: Send): Promise<number> {
  if (service.version !== hostVersion()) {
    service.socket.destroy();
    const theirs = service.version ?? 'unknown';
    const detail = `service ${theirs}, host ${hostVersion()}: restart the service`;
    await send({ type: 'refused', code: 'host-version', detail });
    return 1;
  }
  return (await relay(process.stdin, output, service)) === 'browser' ? 0 : 1;
}

/** `process.stdout` writes to a pipe synchronously: a browser that reads slowly would stop every request. */
function standardOutput(): Writable {
  const output = openAsPipe() ?? process.stdout;
  // The browser closed its end; that stdin ends as well is what ends us.
  output.on('error', () => {});
  return output;
}

function openAsPipe(): Writable | undefined {
  try {
    return new Socket({ fd: 1, readable: false, writable: true });
  } catch {
    return undefined;
  }
}
