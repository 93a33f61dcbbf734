import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { overHttp } from '../../src/store/pouch.ts';
import { buildHost, type BuiltHost, quietEnvironment } from './native-host-process.ts';
import { memory } from './pouchdb-client.ts';
import { type NativePort, openNativePort, portAddress } from './native-port.ts';

let built: BuiltHost;
const running = new Set<NativePort>();

beforeAll(() => {
  built = buildHost();
});
afterEach(async () => {
  for (const port of running) await port.kill();
  running.clear();
  rmSync(join(built.folder, 'data'), { recursive: true, force: true });
});
afterAll(() => built.remove());

async function open(): Promise<NativePort> {
  const port = await openNativePort(built, quietEnvironment(built.folder));
  running.add(port);
  return port;
}

const json = { 'content-type': 'application/json' };
const put = (port: NativePort, path: string, value?: unknown) =>
  port.fetch(portAddress + path, {
    method: 'PUT',
    headers: json,
    ...(value === undefined ? {} : { body: JSON.stringify(value) }),
  });
const post = (port: NativePort, path: string, value: unknown, signal?: AbortSignal) =>
  port.fetch(portAddress + path, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(value),
    ...(signal ? { signal } : {}),
  });
const get = async (port: NativePort, path: string) =>
  (await port.fetch(portAddress + path)).json() as Promise<Record<string, unknown>>;

/** About so many characters as JSON. */
function batch(name: string, characters: number) {
  const size = 100_000;
  return {
    docs: Array.from({ length: Math.ceil(characters / size) }, (_, nth) => ({
      _id: `${name}-${nth}`,
      text: String.fromCharCode(97 + (nth % 26)).repeat(size),
    })),
  };
}

describe('bulk', () => {
  test('a small request is answered while large bodies are on their way, and all of them arrive', async () => {
    const port = await open();
    await put(port, '/bulk');
    const order: string[] = [];
    const large = Array.from({ length: 5 }, async (_, nth) => {
      const answer = await post(port, '/bulk/_bulk_docs', batch(`large${nth}`, 5_000_000));
      order.push('large');
      return answer.status;
    });
    const small = get(port, '/bulk').then(() => order.push('small'));
    await small;
    expect(await Promise.all(large)).toEqual(Array.from({ length: 5 }, () => 201));
    expect(order[0]).toBe('small');
    expect(await get(port, '/bulk')).toMatchObject({ doc_count: 5 * 50 });
  });

  test('200 requests in flight each get their own answer, among them large ones', async () => {
    const port = await open();
    await put(port, '/mixed');
    await post(port, '/mixed/_bulk_docs', batch('large', 1_500_000));
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, nth) =>
        nth % 10 === 0
          ? get(port, '/mixed/_all_docs?include_docs=true')
          : get(port, `/mixed/large-${nth % 15}`),
      ),
    );
    for (const [nth, answer] of answers.entries()) {
      if (nth % 10 === 0) expect(answer['rows']).toHaveLength(15);
      else expect(answer['_id']).toBe(`large-${nth % 15}`);
    }
  });

  test('a large body given up in the middle stores nothing, and its place is free', async () => {
    const port = await open();
    await put(port, '/given-up');
    const abort = new AbortController();
    const given = Array.from({ length: limits.tunnelLargeBodies + 2 }, (_, nth) =>
      post(port, '/given-up/_bulk_docs', batch(`lost${nth}`, 12_000_000), abort.signal),
    );
    abort.abort();
    for (const one of given) await expect(one).rejects.toThrow('aborted');
    const kept = await post(port, '/given-up/_bulk_docs', batch('kept', 1_000_000));
    expect(kept.status).toBe(201);
    expect(await get(port, '/given-up')).toMatchObject({ doc_count: 10 });
  });

  test('a request that makes no sense to the host is answered', async () => {
    const port = await open();
    await expect(get(port, `/${'x'.repeat(9_000)}`)).rejects.toThrow('malformed');
    expect(await get(port, '/')).toMatchObject({ couchdb: 'Welcome' });
  });
});

describe('a host that dies', () => {
  test('every request under way fails with a code, whatever it was doing', async () => {
    const port = await open();
    await put(port, '/dying');
    const waiting = [
      get(port, '/dying/_changes?feed=longpoll&since=now&timeout=60000'),
      ...Array.from({ length: 8 }, (_, nth) =>
        post(port, '/dying/_bulk_docs', batch(`x${nth}`, 8_000_000)),
      ),
    ].map((answer) => answer.then(() => 'answered', String));
    await port.kill();
    const told = await Promise.all(waiting);
    expect(told[0]).toContain('host-lost');
    for (const one of told) expect(one).toMatch(/host-lost|answered/);
    await expect(get(port, '/')).rejects.toThrow('host-lost');
  });

  test('a replication that it interrupts again and again ends complete: nothing lost, nothing twice', async () => {
    const count = 2_000;
    const source = memory();
    const docs = Array.from({ length: count }, (_, nth) => ({
      _id: `doc-${String(nth).padStart(5, '0')}`,
      text: `${nth} `.repeat(100),
    }));
    await source.bulkDocs(docs);
    let port = await open();
    await put(port, '/pushed');
    const remote = () => overHttp(`${portAddress}/pushed`, (url, init) => port.fetch(url, init));
    for (const kill of [1, 2, 4]) {
      let changes = 0;
      const push = source.replicate.to(remote(), { batch_size: 100 });
      await new Promise<void>((resolve) => {
        push.on('change', () => {
          changes += 1;
          if (changes === kill) resolve();
        });
      });
      const failed = push.then(
        () => 'complete',
        () => 'failed',
      );
      await port.kill();
      expect(await failed).toBe('failed');
      port = await open();
    }
    await source.replicate.to(remote(), { batch_size: 100 });
    const info = await get(port, '/pushed');
    expect(info).toMatchObject({ doc_count: count });
    const pulled = memory();
    await pulled.replicate.from(remote(), { batch_size: 500 });
    const all = await pulled.allDocs<{ text: string }>({ include_docs: true, conflicts: true });
    const found = all.rows.flatMap((row) => ('doc' in row && row.doc ? [row.doc] : []));
    expect(found.map(({ _id, text }) => [_id, text])).toEqual(
      docs.map(({ _id, text }) => [_id, text]),
    );
    expect(found.some(({ _conflicts: conflicts }) => conflicts !== undefined)).toBe(false);
  });
});
