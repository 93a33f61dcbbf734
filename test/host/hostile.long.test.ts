import { test } from 'vitest';
import { changeRequests } from './hostile-requests.ts';
import { openHostileWorld } from './hostile-world.ts';

test('five thousand requests with bytes changed leave the host as it was', async () => {
  const rate = { perSecond: 1_000_000, burst: 1_000_000 };
  const world = await openHostileWorld({ limits: { requests: { peer: rate, stranger: rate } } });
  await changeRequests(world, 5_000);
  await world.expectWell();
  await world.close();
});
