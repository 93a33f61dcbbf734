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
  /** Databases that the browser did not let go of. */
  databases: v.optional(v.array(v.string()), []),
});
type Note = v.InferOutput<typeof noteSchema>;

/**
 * Everything of the person is to go. Keys go first, on the disk and in memory; without them the rest is noise. With the
 * one note written there is no way back: whatever dies from then on, the next start goes on where this ended. Where
 * the note can't be written (a full disk), everything that can go goes all the same.
 *
 * Nobody may write keys any more when this is called. Throws CodedError if the keys are still there afterwards.
 */
export async function eraseKeys(ports: PanicPorts): Promise<void> {
  const { local, memory } = ports;
  const note = await nextNote(local).catch(() => ({ here: true, profiles: [], databases: [] }));
  const isNoted = await done(local.set({ [item]: note }));
  const keysGone = await done(local.remove(['keys']));
  const memoryGone = await done(removeAll(memory, []));
  const restGone = await done(removeAll(local, [item]));
  // What has gone has made room.
  if (!isNoted) await done(local.set({ [item]: note }));
  await done(overwriteFreed(local, 'keys', ports.random));
  if (!keysGone && !restGone) await removeAll(local, [item]).catch(failed);
  if (!memoryGone) await removeAll(memory, []).catch(failed);
}

/**
 * At each start, before anything is opened: what is left of it in the browser. What the browser doesn't let go of
 * keeps nobody from beginning anew.
 */
export async function finishErasing(ports: PanicPorts): Promise<void> {
  const { local, memory, databases } = ports;
  const note = await noteIn(local);
  if (note?.here === true) {
    await removeAll(local, [item]);
    await done(overwriteFreed(local, 'keys', ports.random));
    await removeAll(memory, []);
    await keep(local, {
      ...note,
      here: false,
      databases: await deleteAll(await databases(), ports),
    });
  } else if (note !== undefined && note.databases.length > 0) {
    // Who has begun since may have a database of the same name.
    const { keys } = await local.get(['keys']);
    const left = keys === undefined ? await deleteAll(note.databases, ports) : [];
    await keep(local, { ...note, databases: left });
  }
}

/** The host is to erase what it keeps of this profile, which is nobody's any more. */
export async function leaveToHost(local: SessionArea, profile: string): Promise<void> {
  const note = (await noteIn(local)) ?? { here: false, profiles: [], databases: [] };
  await keep(local, { ...note, profiles: [...note.profiles, profile] });
}

/** Why something is still there, as far as the browser knows by itself; `undefined` when nothing is. */
export async function leftOfErasing(local: SessionArea): Promise<Code | undefined> {
  const note = await noteIn(local);
  if (note === undefined) return undefined;
  return note.databases.length > 0 ? 'data-unwritable' : 'host-missing';
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
      const profiles = (note?.profiles ?? []).filter((other) => other !== profile);
      note = { here: false, profiles, databases: note?.databases ?? [] };
      await keep(local, note);
    } catch (error) {
      left = error instanceof CodedError ? error.code : 'internal';
    }
  }
  return left ?? leftOfErasing(local);
}

async function nextNote(local: SessionArea): Promise<Note> {
  const before = await noteIn(local);
  const { profile } = await local.get(['profile']);
  const profiles = [...(before?.profiles ?? []), ...(typeof profile === 'string' ? [profile] : [])];
  return { here: true, profiles, databases: [] };
}

/** A damaged note erases nothing: nobody knows whose it was. */
async function noteIn(local: SessionArea): Promise<Note | undefined> {
  const items = await local.get([item]);
  const note = v.safeParse(noteSchema, items[item]);
  return note.success ? note.output : undefined;
}

async function keep(local: SessionArea, note: Note): Promise<void> {
  const isOver = !note.here && note.profiles.length + note.databases.length === 0;
  if (isOver) await local.remove([item]);
  else await local.set({ [item]: note });
}

async function removeAll(area: SessionArea, but: readonly string[]): Promise<void> {
  const names = Object.keys(await area.get(null)).filter((name) => !but.includes(name));
  // The keys before everything else, should it die in the middle.
  const first = names.filter((name) => name === 'keys');
  if (first.length > 0) await area.remove(first);
  if (names.length > first.length) await area.remove(names);
}

/** Each by itself; the names of those that stay. */
async function deleteAll(
  names: readonly string[],
  { deleteDatabase }: Pick<PanicPorts, 'deleteDatabase'>,
): Promise<string[]> {
  const left: string[] = [];
  for (const name of names) if (!(await done(deleteDatabase(name)))) left.push(name);
  return left;
}

/** Whether it went well. */
const done = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

function failed(): never {
  throw new CodedError('data-unwritable');
}
