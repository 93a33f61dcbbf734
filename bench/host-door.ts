import { sodiumReady } from '../src/domain/sodium.ts';
import { blogOf, person } from '../test/domain/people.ts';
import { openWorld, shareWith } from '../test/host/endpoint-world.ts';
import { memory } from '../test/host/pouchdb-client.ts';
import { line, median, timed, title } from './lib/figures.ts';
import { KeptAlive } from './lib/kept-alive.ts';

/**
 * A blog of 5,000 posts, headers and texts, pushed and pulled by PouchDB's replicator through the onion door, with access rules
 * and every check. Nothing else has such a door to be compared with; host and client share one process.
 */

const posts = 5_000;
const rounds = Number(process.env['ROUNDS'] ?? 3);
const batches = [100, 1_000];
const token = 'token';
const plenty = { perSecond: 10_000, burst: 10_000 };

await sodiumReady();
const [alice, bob] = [person('Alice'), person('Bob')];
const blog = blogOf(
  alice,
  Array.from({ length: posts }, () => 'x'.repeat(600)),
);
const { name } = blog.space;
const count = blog.documents.length;
const client = new KeptAlive();
const limits = { requests: { peer: plenty, stranger: plenty } };
const world = await openWorld(alice.identity.address, { limits });
const source = memory();
try {
  await source.bulkDocs(
    blog.documents.map((document) => ({ ...document })),
    { new_edits: false },
  );
  title(
    `${count.toLocaleString('en')} signed documents through the onion door, documents a second`,
  );
  shareWith(
    world.access,
    [{ name, door: 'signed', readers: 'peers' }],
    [{ address: bob.identity.address, token, read: [name], write: [name] }],
  );
  for (const batch of batches) {
    const push: number[] = [];
    const pull: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await world.store.create(name);
      const { port, host } = world.onion;
      const remote = client.database({ port, host, token }, name, { skipSetup: true });
      push.push(await rate(() => source.replicate.to(remote, { batch_size: batch })));
      const pulled = memory();
      pull.push(await rate(() => pulled.replicate.from(remote, { batch_size: batch })));
      await pulled.destroy();
      await world.store.destroy(name);
    }
    const [pushed, fetched] = [push, pull].map((rates) => median(rates).toFixed(0));
    line(`batches of ${batch}: push / pull`, `${pushed} / ${fetched}`);
  }
} finally {
  client.close();
  await source.destroy();
  await world.close();
}

async function rate(
  replicate: () => PromiseLike<{ readonly docs_written: number }>,
): Promise<number> {
  const { ms, value } = await timed(async () => replicate());
  if (value.docs_written !== count) throw new Error(`${value.docs_written} were written`);
  return (count / ms) * 1_000;
}
