import { systemClock } from '../../../src/store/clock.ts';
import { probeIndexedDb } from '../../../src/store/probe-indexeddb.ts';
import { allCases } from './cases.ts';
import { makeStores, makeVault } from './stores.ts';

/** A page of the add-on that runs one acceptance case at a time; what was wrong is the answer. */
const page: typeof acceptance = {
  indexedDbWorks: () => probeIndexedDb(indexedDB, systemClock),
  async run(mode, name) {
    const cases = allCases({ stores: () => makeStores(mode), vault: () => makeVault(mode) });
    const one = cases.find((each) => each.name === name);
    if (!one) return 'there is no such case';
    try {
      await one.run();
      return 'holds';
    } catch (error) {
      return error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
    }
  },
};

Object.assign(globalThis, { acceptance: page });
