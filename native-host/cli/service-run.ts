import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '../../src/protocol/codes.ts';
import { openLog } from '../log.ts';
import { openService, type Service, type ServiceOptions } from '../service/service.ts';
import { hostVersion } from '../version.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** While a browser's own host has the data, the service waits for its turn. */
const turnEvery = 1_000;

/** What the service manager starts: keeps one profile's endpoint up, with or without a browser, until it is told to end. */
export async function runService(data: string | undefined): Promise<ExitCode> {
  if (data === undefined) {
    console.error('Name the folder of a browser profile: --data DIR');
    return exitCodes.usage;
  }
  const ended = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => ended.abort());
  const directory = resolve(data);
  const log = openLog(process.env['NETWORK25_LOG']);
  try {
    const options = {
      directory,
      version: hostVersion(),
      log,
      signal: ended.signal,
      told: () => ended.abort(),
    };
    const service = await inTurn(options);
    if (!service) return exitCodes.done;
    console.log(`Serving ${directory} for its browser.`);
    if (!ended.signal.aborted) {
      await new Promise((told) => ended.signal.addEventListener('abort', told));
    }
    await service.close();
    // Whatever is still open has no say in when this ends.
    process.exit(exitCodes.done);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    console.error(`The folder can't be served: ${error.message}`);
    return exitCodes.failed;
  }
}

/** Resolves with nothing when it was told to end before its turn came. */
async function inTurn(options: ServiceOptions): Promise<Service | undefined> {
  let isWaiting = false;
  while (!options.signal.aborted) {
    try {
      return await openService(options);
    } catch (error) {
      if (!(error instanceof CodedError && error.code === 'data-in-use')) throw error;
      if (!isWaiting) console.log('Another process uses the folder; waiting until it ends.');
      isWaiting = true;
      await pause(turnEvery);
    }
  }
  return undefined;
}
