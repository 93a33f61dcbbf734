import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { type AccessList, accessListSchema } from '../src/protocol/access-list.ts';
import { CodedError } from '../src/protocol/codes.ts';
import { publishSchema, transportLoanSchema } from '../src/protocol/native-messages.ts';
import type { HostServices } from './messaging/host-services.ts';

/**
 * What a service needs to come up by itself, in the clear: that it is there is the person's choice. Gate keys are not
 * in it, so nothing new comes into a private forum before the add-on is back.
 */
const keptSchema = v.strictObject({
  publish: v.optional(v.omit(publishSchema, ['type'])),
  access: v.optional(accessListSchema),
  loan: v.optional(transportLoanSchema),
  /** The address that the public page is shown for. */
  face: v.optional(v.string()),
});
export type Kept = v.InferOutput<typeof keptSchema>;

/** In a profile's data directory. Empty until something is to be kept. */
export const alwaysOnFile = (directory: string): string => join(directory, 'always-on');

export function isAlwaysOn(directory: string): boolean {
  return existsSync(alwaysOnFile(directory));
}

/** The person's choice, from now on. Off erases what was kept. Throws what the system says. */
export function chooseAlwaysOn(directory: string, on: boolean): void {
  if (!on) rmSync(alwaysOnFile(directory), { force: true });
  else if (!isAlwaysOn(directory)) writeFileSync(alwaysOnFile(directory), '', { mode: 0o600 });
}

/** What was kept; nothing when that is off, or the file is torn. Never rejects. */
export async function readKept(directory: string): Promise<Kept> {
  try {
    const text: unknown = JSON.parse(await readFile(alwaysOnFile(directory), 'utf8'));
    return v.parse(keptSchema, text);
  } catch {
    return {};
  }
}

/** A host that keeps nothing of what it is told. */
export type Forgetful = Omit<HostServices, 'alwaysOn'>;

/**
 * The same host, which keeps on the disk what it is given, as long as the file is there: every host of a directory does,
 * or a service would come up with friends who were removed since.
 */
export function keeping(services: Forgetful, directory: string, restored: Kept): HostServices {
  const kept: Kept = { ...restored };
  let writing: Promise<void> = Promise.resolve();
  const write = (): Promise<void> => {
    writing = writing.then(() => rewrite(alwaysOnFile(directory), kept)).catch(() => {});
    return writing;
  };
  return {
    ...services,
    async publish(expandedKey, address) {
      await services.publish(expandedKey, address);
      kept.publish = { expandedKey, address };
      await write();
    },
    async unpublish() {
      delete kept.publish;
      await write();
      await services.unpublish();
    },
    async setAccess(list, key) {
      const inForce = await services.setAccess(list, key);
      if (inForce.version !== list.version) return inForce;
      kept.access = withoutGates(list);
      await write();
      return inForce;
    },
    lendTransportKey(loan) {
      services.lendTransportKey(loan);
      kept.loan = loan;
      void write();
    },
    takeBackTransportKey() {
      services.takeBackTransportKey();
      delete kept.loan;
      void write();
    },
    setPublicFace(on, address) {
      services.setPublicFace(on, address);
      if (on) kept.face = address;
      else delete kept.face;
      void write();
    },
    async alwaysOn(on) {
      if (on !== undefined) choose(directory, on);
      // What was given before this was chosen is needed, too.
      if (on === true) await write();
      return isAlwaysOn(directory);
    },
    async close() {
      await writing;
      await services.close();
    },
  };
}

function choose(directory: string, on: boolean): void {
  try {
    chooseAlwaysOn(directory, on);
  } catch {
    throw new CodedError('data-unwritable', alwaysOnFile(directory));
  }
}

function withoutGates(list: AccessList): AccessList {
  const spaces = list.spaces.map(({ name, door, readers }) => ({ name, door, readers }));
  return { ...list, spaces };
}

/**
 * In place and never made anew, so that what was switched off meanwhile stays gone. Emptied first: after
 * a write that failed nothing is kept, rather than what is no longer so.
 */
async function rewrite(file: string, kept: Kept): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.truncate(0);
    await handle.writeFile(JSON.stringify(kept));
    await handle.sync();
  } finally {
    await handle.close();
  }
}
