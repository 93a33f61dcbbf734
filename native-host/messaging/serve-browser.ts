import { Console } from 'node:console';
import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Writable } from 'node:stream';
import { openHost } from '../host.ts';
import { openLog } from '../log.ts';
import { hostVersion } from '../version.ts';
import { createFrameWriter } from './frame-writer.ts';
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
  const { end, close } = await runSession({
    input: process.stdin,
    send: createFrameWriter(standardOutput()),
    open: openHost,
    version: hostVersion(),
    log,
  });
  const closed = await Promise.race([close().then(() => true), pause(closingMost, false)]);
  log(closed ? 'ended' : 'closing-timed-out');
  process.exit(end === 'refused' ? 1 : 0);
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
