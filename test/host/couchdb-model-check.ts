import * as fc from 'fast-check';
import { expect } from 'vitest';
import { person } from '../domain/people.ts';
import { run } from './couchdb-model-run.ts';
import { sideOf, steps } from './couchdb-model.ts';
import { openWorld } from './endpoint-world.ts';
import { atServer, inMemory } from './replicating.ts';

/**
 * That our answers to random requests in random order are those of PouchDB in memory, so many times; with a
 * seed always the same requests.
 */
export async function checkAgainstModel(numRuns: number, seed?: number): Promise<void> {
  const world = await openWorld(person('Alice').identity.address);
  let count = 0;
  const property = fc.asyncProperty(steps, async (sequence) => {
    const ours = sideOf(atServer(world.open.port, `model${(count += 1)}`));
    const model = sideOf(inMemory());
    // PouchDB makes a database at the first request, but not for all.
    await ours.database.info();
    for (const step of sequence) {
      expect(await run(ours, step), JSON.stringify(step)).toEqual(await run(model, step));
    }
    await Promise.all([ours.database.destroy(), model.database.destroy()]);
  });
  try {
    await fc.assert(property, { numRuns, ...(seed === undefined ? {} : { seed }) });
    expect(world.faults).toEqual([]);
  } finally {
    await world.close();
  }
}
