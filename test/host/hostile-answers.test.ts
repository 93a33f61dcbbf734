import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createEndpoint, type Endpoint } from '../../native-host/endpoint/endpoint.ts';
import type { EndpointResponse } from '../../native-host/endpoint/messages/message.ts';
import { openHostileWorld, type HostileWorld } from './hostile-world.ts';
import { databaseOf } from './store-helpers.ts';

/** Small requests with large answers: no more of them is in memory than what is on its way. */

let world: HostileWorld;
let endpoint: Endpoint;
const text = 'x'.repeat(12_000);
const count = 300;
beforeAll(async () => {
  world = await openHostileWorld();
  endpoint = createEndpoint({ store: world.store, access: world.access });
  const documents = Array.from({ length: count }, (_, index) => ({ _id: `large${index}`, text }));
  await databaseOf(world.store, world.names.blog).write(documents, true);
});
afterAll(async () => {
  endpoint.close();
  await world.close();
});
afterEach(() => world.expectWell());

const ask = (method: string, path: string, body?: unknown): Promise<EndpointResponse> =>
  endpoint.handle(
    {
      method,
      path: `/${world.names.blog}/${path}`,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    { kind: 'peer', address: world.eve.address },
  );
/** Each piece's length, and the whole as JSON. */
async function read({ body }: EndpointResponse): Promise<{ lengths: number[]; value: unknown }> {
  if (typeof body === 'string') return { lengths: [body.length], value: JSON.parse(body) };
  if (body instanceof Uint8Array) throw new TypeError('text was expected');
  const all: string[] = [];
  for await (const piece of body) all.push(piece);
  return { lengths: all.map(({ length }) => length), value: JSON.parse(all.join('')) };
}

const ids = Array.from({ length: count }, (_, index) => `large${index}`);
/** One document asked for as often as one may. */
const often = Array.from({ length: 2_000 }, () => 'large0');

describe('an answer is made piece by piece, the same as if it were made at once', () => {
  test.each([
    ['of all documents', 'GET', '_all_docs?include_docs=true', undefined, 'rows', count],
    ['of changes', 'GET', '_changes?include_docs=true', undefined, 'results', count],
    ['of documents by name', 'POST', '_all_docs?include_docs=true', { keys: ids }, 'rows', count],
    ['of one many times', 'POST', '_all_docs?include_docs=true', { keys: often }, 'rows', 2_000],
    ['of revisions', 'POST', '_bulk_get', { docs: ids.map((id) => ({ id })) }, 'results', count],
    ['of one often', 'POST', '_bulk_get', { docs: often.map((id) => ({ id })) }, 'results', 2_000],
  ])('%s', async (_, method, path, body, list, least) => {
    const { lengths, value } = await read(await ask(method, path, body));
    // A hundred at first, then about a mebibyte.
    expect(Math.max(...lengths)).toBeLessThan(1_300_000);
    const items = (value as Record<string, unknown[]>)[list] ?? [];
    expect(items.length).toBeGreaterThanOrEqual(least);
    const large = items.filter((item) => JSON.stringify(item).includes(text));
    expect(large).toHaveLength(least);
  });

  test('in parts no more than a piece is given', async () => {
    const answer = await endpoint.handle(
      {
        method: 'POST',
        path: `/${world.names.blog}/_bulk_get`,
        headers: { 'content-type': 'application/json', accept: 'multipart/mixed' },
        body: JSON.stringify({ docs: often.map((id) => ({ id })) }),
      },
      { kind: 'peer', address: world.eve.address },
    );
    expect(answer.status).toBe(413);
  });

  test('in the order asked for, and what is missing in its place', async () => {
    const asked = ids
      .toReversed()
      .flatMap((id, index) => (index % 50 === 0 ? ['nowhere', id] : id));
    const { value } = await read(await ask('POST', '_all_docs', { keys: asked }));
    expect((value as { rows: { key: string }[] }).rows.map(({ key }) => key)).toEqual(asked);
    const got = await read(await ask('POST', '_bulk_get', { docs: asked.map((id) => ({ id })) }));
    expect((got.value as { results: { id: string }[] }).results.map(({ id }) => id)).toEqual(asked);
  });
});
