import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPool, type Pool } from '../../native-host/store/pool.ts';
import { openPouch } from '../../native-host/store/pouch.ts';

let folder: string;
let pool: Pool;

const makePool = (): Pool =>
  createPool({
    open: (name) => openPouch(join(folder, name), true),
    most: 4,
    hasRoom: async () => true,
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'n25-pool-'));
  pool = makePool();
});
afterEach(async () => {
  await pool.closeAll();
  await rm(folder, { recursive: true, force: true });
});

const read = (name = 'one') =>
  pool.use(
    name,
    () => undefined,
    ({ level }) => level.getMany(['x']),
  );

test('a pool that has closed opens nothing again, so that the next one finds every folder free', async () => {
  await read();
  const closed = pool.closeAll();
  await expect(read()).rejects.toMatchObject({ code: 'host-lost' });
  await expect(read('another')).rejects.toMatchObject({ code: 'host-lost' });
  await closed;
  pool = makePool();
  await expect(read()).resolves.toEqual([undefined]);
});
