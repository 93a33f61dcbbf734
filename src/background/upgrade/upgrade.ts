import * as v from 'valibot';
import type { Random } from '../../domain/sodium.ts';
import { CodedError } from '../../protocol/codes.ts';
import { overwriteFreed } from '../../store/overwrite.ts';
import type { SessionArea } from '../../store/ports.ts';
import { formatIn, formatItem, profileFormat, type ProfileFormat } from './profile-format.ts';

type Items = Readonly<Record<string, unknown>>;

/** What brings the items of the form before into this one. */
export interface Step {
  readonly to: number;
  /** The items that change, `undefined` for those that go. Of a sealed item nothing is known yet. */
  readonly change: (items: Items) => Record<string, unknown>;
}

export interface UpgradeParts {
  /** `storage.local`, each of whose writes is whole or not at all. */
  readonly area: SessionArea;
  readonly random: Random;
  /** Of this add-on. */
  readonly version: string;
}

/** In order, one for each number after the first. */
const steps: readonly Step[] = [];

/** What changes, as it was, from before the first write until all is done. */
const copyItem = 'before-upgrade';
const over = 'over';
const copySchema = v.strictObject({
  to: v.number(),
  items: v.record(v.string(), v.unknown()),
  /** Those that weren't there. */
  added: v.array(v.string()),
});

/**
 * Brings what `storage.local` holds into the newest form, before anything else reads it. What is to change is copied
 * first, and whatever ends this on the way, the next start finds the copy, puts it back and begins again. The copy
 * may hold keys: it is written over when all is done.
 *
 * Throws CodedError `data-newer` and `data-damaged` with nothing touched, and `upgrade-failed` where it can't be written.
 */
export async function upgrade(
  parts: UpgradeParts,
  known: readonly Step[] = steps,
  newest = profileFormat,
): Promise<void> {
  const { area, version } = parts;
  const items = await area.get([formatItem, 'profile', copyItem]);
  const found = formatIn(items, newest);
  try {
    if (copyItem in items) await clearCopy(parts, found);
    if (found === newest) return;
    const missing = known.filter(({ to }) => to > found && to <= newest);
    await run(area, missing, { number: newest, version });
    await clearCopy(parts, newest);
  } catch {
    throw new CodedError('upgrade-failed');
  }
}

async function run(
  area: SessionArea,
  missing: readonly Step[],
  format: ProfileFormat,
): Promise<void> {
  const before: Items = await area.get(null);
  const changes: Record<string, unknown> = {};
  for (const { change } of missing) Object.assign(changes, change({ ...before, ...changes }));
  const names = Object.keys(changes);
  const gone = names.filter((name) => changes[name] === undefined);
  const set = names.filter((name) => changes[name] !== undefined);
  if (names.length > 0) {
    const items = pick(before, names);
    const added = names.filter((name) => !(name in before));
    await area.set({ [copyItem]: { to: format.number, items, added } });
    await area.set(pick(changes, set));
    if (gone.length > 0) await area.remove(gone);
  }
  await area.set({ [formatItem]: format });
}

/** A copy of a change that never ended is put back; then there is none any more. */
async function clearCopy({ area, random }: UpgradeParts, reached: number): Promise<void> {
  const { [copyItem]: kept } = await area.get([copyItem]);
  if (kept === undefined) return;
  if (kept !== over) {
    const { to, items, added } = v.parse(copySchema, kept);
    if (to > reached) {
      await area.set(items);
      await area.remove(added);
    }
    // Until it is written over, too, the next start finds that there is something to do.
    await area.set({ [copyItem]: over });
  }
  await overwriteFreed(area, copyItem, random);
  await area.remove([copyItem]);
}

function pick(items: Items, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (name in items ? [[name, items[name]]] : [])));
}
