import * as v from 'valibot';
import { type Code, CodedError } from '../../protocol/codes.ts';
import { profileField } from '../../protocol/native-messages.ts';
import { overwriteFreed } from '../../store/overwrite.ts';
import type { SessionArea } from '../../store/ports.ts';

/** Where things are that erasing has to do with. */
export interface PanicPorts {
  /** `storage.local`: the keys, and the name of this profile's data directory. */
  readonly local: SessionArea;
  /** `storage.session`: the browser's memory. */
  readonly memory: SessionArea;
  /** The browser's databases of ours. */
  readonly databases: () => Promise<readonly string[]>;
  readonly deleteDatabase: (name: string) => Promise<void>;
  readonly random: (bytes: number) => Uint8Array;
}

const item = 'erasing';
const noteSchema = v.strictObject({
  /** What is in the browser is still to be erased. */
  here: v.boolean(),
  /** Names of data directories that the host has not erased yet. */
  profiles: v.array(profileField),
});
type Note = v.InferOutput<typeof noteSchema>;

/**
 * Everything of the person is to go. With its one note written there is no way back: whatever dies from then on, the next
 * start goes on where this ended. Keys go first; without them the rest is noise.
 */
export async function eraseKeys(ports: PanicPorts): Promise<void> {
  const { local, memory } = ports;
  const before = await noteIn(local);
  const { profile } = await local.get(['profile']);
  const profiles = [...(before?.profiles ?? []), ...(typeof profile === 'string' ? [profile] : [])];
  await keep(local, { here: true, profiles });
  await removeAll(local, [item]);
  await overwriteFreed(local, 'keys', ports.random);
  await removeAll(memory, []);
}

/** At each start, before anything is opened: what is left of it in the browser. */
export async function finishErasing(ports: PanicPorts): Promise<void> {
  const { local, memory, databases, deleteDatabase } = ports;
  const note = await noteIn(local);
  if (note?.here !== true) return;
  await removeAll(local, [item]);
  await overwriteFreed(local, 'keys', ports.random);
  await removeAll(memory, []);
  for (const name of await databases()) await deleteDatabase(name);
  await keep(local, { ...note, here: false });
}

/**
 * Whenever the host has come: it erases what it keeps of those who are gone.
 *
 * @returns why something is still there; `undefined` when nothing is
 */
export async function eraseAtHost(
  local: SessionArea,
  erase: (profile: string) => Promise<void>,
): Promise<Code | undefined> {
  let note = await noteIn(local);
  let left: Code | undefined;
  for (const profile of note?.profiles ?? []) {
    try {
      await erase(profile);
      note = { here: false, profiles: (note?.profiles ?? []).filter((other) => other !== profile) };
      await keep(local, note);
    } catch (error) {
      left = error instanceof CodedError ? error.code : 'internal';
    }
  }
  return left;
}

/** A damaged note erases nothing: nobody knows whose it was. */
async function noteIn(local: SessionArea): Promise<Note | undefined> {
  const items = await local.get([item]);
  const note = v.safeParse(noteSchema, items[item]);
  return note.success ? note.output : undefined;
}

async function keep(local: SessionArea, note: Note): Promise<void> {
  if (!note.here && note.profiles.length === 0) await local.remove([item]);
  else await local.set({ [item]: note });
}

async function removeAll(area: SessionArea, but: readonly string[]): Promise<void> {
  const names = Object.keys(await area.get(null)).filter((name) => !but.includes(name));
  // The keys before everything else, should it die in the middle.
  const first = names.filter((name) => name === 'keys');
  if (first.length > 0) await area.remove(first);
  if (names.length > first.length) await area.remove(names);
}
