import { destroyCopy, copyLeft, keepCopy, putBack } from './copy-kept.ts';
import { directoryFormat, formatOf, numberAs } from './directory-format.ts';

/** What brings a data directory from the form before into this one. */
export interface Step {
  readonly to: number;
  /** All that it changes, relative to the directory; what is worked out from other data may be left out. */
  readonly places: readonly string[];
  /** What isn't there needs no change. */
  run(root: string): Promise<void>;
}

/** In order, one for each number after the first. */
const steps: readonly Step[] = [];

/**
 * Brings a data directory that this process alone holds into the newest form. What is to change is copied first, and
 * whatever ends this on the way, the next start finds the copy, puts it back and begins again: every form is read whole
 * or not at all. Throws as `formatOf`, and what the system says.
 */
export async function upgrade(
  root: string,
  known: readonly Step[] = steps,
  newest = directoryFormat,
): Promise<void> {
  const found = await formatOf(root, newest);
  const left = await copyLeft(root);
  // An older host than the one that began it may be the next to start, too.
  if (left !== undefined && left > found) await putBack(root);
  await destroyCopy(root);
  if (found === newest) return;
  const missing = known.filter(({ to }) => to > found && to <= newest);
  const places = [...new Set(missing.flatMap((step) => step.places))];
  if (places.length > 0) await keepCopy(root, newest, places);
  for (const step of missing) await step.run(root);
  await numberAs(root, newest);
  await destroyCopy(root);
}
