import { afterAll, afterEach, beforeAll, test } from 'vitest';
import { buildHost, type BuiltHost } from '../host/native-host-process.ts';
import { Chance, roundsOf } from './chance.ts';
import { fullDisk, limitOfFiles, smallDisk } from './kinds/full-disk.ts';
import { emptyData } from './hosts.ts';

let built: BuiltHost;
beforeAll(() => {
  built = buildHost();
});
afterEach(() => emptyData(built));
afterAll(() => built.remove());

test.for([limitOfFiles, smallDisk])(
  'without room ($name) nothing acknowledged is lost, reading goes on, and so does writing with room again',
  async (wall, context) => {
    // Where mounting is not allowed, the limit that needs no rights is what is tried.
    if (!wall.stand(built)) return context.skip(`this machine does not allow it: ${wall.name}`);
    try {
      await fullDisk(built, new Chance(), roundsOf(30), wall);
    } finally {
      wall.fall(built);
    }
  },
);
