import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { overHttp } from '../../src/store/pouch.ts';
import { replicate } from '../../src/store/replicate.ts';
import { buildHost, type BuiltHost, quietEnvironment } from '../host/native-host-process.ts';
import { openNativePort, portAddress } from '../host/native-port.ts';
import { memory } from '../host/pouchdb-client.ts';
import { Chance, report, roundsOf } from './chance.ts';

let built: BuiltHost;
beforeAll(() => {
  built = buildHost();
});
afterAll(() => built.remove());

const count = 10_000;
const quietly = new AbortController().signal;

/** At each of so many kills both replications are somewhere else. */
test('10,000 documents pushed and pulled over a native port that is cut off again and again', async () => {
  const chance = new Chance();
  const docs = Array.from({ length: count }, (_, nth) => ({
    _id: `doc-${String(nth).padStart(5, '0')}`,
    text: `${nth} `.repeat(100),
  }));
  const source = memory();
  await source.bulkDocs(docs);
  const pulled = memory();
  const open = () => openNativePort(built, quietEnvironment(built.folder));
  let port = await open();
  await port.fetch(`${portAddress}/there`, { method: 'PUT' });
  const there = () => overHttp(`${portAddress}/there`, (url, init) => port.fetch(url, init));
  const kills = roundsOf(12);
  let cut = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const both = [
      replicate(source, there(), 'target', quietly),
      replicate(there(), pulled, 'target', quietly),
    ].map((one) =>
      one.then(
        () => true,
        () => false,
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 50 + chance.below(700)));
    await port.kill();
    const ended = await Promise.all(both);
    if (ended.includes(false)) cut += 1;
    port = await open();
  }
  await replicate(source, there(), 'target', quietly);
  await replicate(there(), pulled, 'target', quietly);
  const info: unknown = await (await port.fetch(`${portAddress}/there`)).json();
  expect(info).toMatchObject({ doc_count: count });
  const all = await pulled.allDocs<{ text: string }>({ include_docs: true, conflicts: true });
  const found = all.rows.flatMap((row) => ('doc' in row && row.doc ? [row.doc] : []));
  expect(found.map(({ _id, text }) => ({ _id, text }))).toEqual(docs);
  expect(found.filter(({ _conflicts: conflicts }) => conflicts !== undefined)).toEqual([]);
  report('native port', chance, `${kills} kills, ${cut} of them in the middle`);
  await port.kill();
  rmSync(join(built.folder, 'data'), { recursive: true, force: true });
});
