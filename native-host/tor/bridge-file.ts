import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import {
  bridgesField,
  formatBridge,
  parseBridge,
  type Bridge,
} from '../../src/protocol/bridges.ts';
import { CodedError } from '../../src/protocol/codes.ts';

/** Twenty of the longest lines with their quotes fit in twice. */
const longestFile = 65_536;

const fileSchema = v.strictObject({ bridges: bridgesField });

/** The host's own settings of this profile that say by which bridges our own tor goes. Nobody else may read it. */
export const bridgeFile = (dataDirectory: string): string => join(dataDirectory, 'bridges.json');

/**
 * The bridges set; none when there is no file. Throws CodedError `bridges-unreadable` for a file that is
 * not ours: going without bridges could show a person who needs them.
 */
export async function readBridges(dataDirectory: string): Promise<Bridge[]> {
  let text: string;
  try {
    text = await readFile(bridgeFile(dataDirectory), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new CodedError('bridges-unreadable');
  }
  const read = text.length > longestFile ? undefined : v.safeParse(fileSchema, asJson(text));
  if (read?.success !== true) throw new CodedError('bridges-unreadable');
  return read.output.bridges.flatMap((line) => parseBridge(line) ?? []);
}

/** Keeps these and no others; all or nothing. Throws CodedError `data-unwritable`. */
export async function writeBridges(
  dataDirectory: string,
  bridges: readonly Bridge[],
): Promise<void> {
  const path = bridgeFile(dataDirectory);
  const fresh = `${path}.new`;
  try {
    if (bridges.length === 0) {
      await rm(path, { force: true });
      return;
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rm(fresh, { force: true });
    const file = await open(fresh, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify({ bridges: bridges.map(formatBridge) })}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch {
    throw new CodedError('data-unwritable', 'bridges.json');
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
