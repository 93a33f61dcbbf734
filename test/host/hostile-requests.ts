import * as fc from 'fast-check';
import { expect } from 'vitest';
import { raw, statuses, type HostileWorld } from './hostile-world.ts';

/** Requests as a peer of ours sends them, in bytes, each with the end of its connection. */
function validRequests(world: HostileWorld): string[] {
  const { names, blog, eve } = world;
  const base = [`Host: ${world.onion.host}`, 'Connection: close'];
  const known = [...base, `Authorization: Bearer ${eve.token}`];
  const join = (...lines: string[]): string => [...lines, '', ''].join('\r\n');
  const post = (path: string, value: unknown): string => {
    const body = JSON.stringify(value);
    const type = 'Content-Type: application/json';
    return join(`POST ${path} HTTP/1.1`, ...known, type, `Content-Length: ${body.length}`) + body;
  };
  const chunked = (path: string, value: unknown): string => {
    const body = JSON.stringify(value);
    const lines = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    return join(`POST ${path} HTTP/1.1`, ...known, ...lines) + chunk;
  };
  const [document] = blog.documents;
  const id = document?._id ?? '';
  const asked = { [id]: [document?._rev ?? ''] };
  return [
    join('GET / HTTP/1.1', ...base),
    join(`GET /${names.profile}/_all_docs?include_docs=true&limit=10 HTTP/1.1`, ...base),
    join(`GET /${names.blog}/_changes?style=all_docs&since=0&limit=5 HTTP/1.1`, ...known),
    join(`GET /${names.blog}/${id}?revs=true&open_revs=all HTTP/1.1`, ...known),
    join(`HEAD /${names.blog} HTTP/1.1`, ...known),
    post(`/${names.blog}/_bulk_get?revs=true&latest=true`, { docs: [{ id, rev: document?._rev }] }),
    post(`/${names.blog}/_bulk_docs`, { new_edits: false, docs: blog.documents }),
    chunked(`/${names.blog}/_revs_diff`, asked),
    post('/_network25/hello', { m: 'a'.repeat(80) }),
  ];
}

const strangeTexts = [
  '\0',
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  ' ',
  ':',
  '%00',
  '%',
  '"',
  '{',
  '[',
  '-',
  '9',
  '\\u0000',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  '__proto__',
  '\u00ff\u00fe',
];

/** One of them with bytes changed, put in, left out, said twice, or another's behind it. */
function mutated(requests: readonly string[]): fc.Arbitrary<Uint8Array> {
  const bytes = requests.map((request) => new Uint8Array(Buffer.from(request, 'latin1')));
  const strange = fc.constantFrom(...strangeTexts);
  const noise = fc.oneof(strange, fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }));
  const change = fc.record({
    kind: fc.constantFrom('replace', 'insert', 'delete', 'repeat'),
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 40 }),
    noise: noise.map((text) => new Uint8Array(Buffer.from(text, 'latin1'))),
  });
  const apply = (
    before: Uint8Array,
    { kind, place, length, noise: put }: typeof change extends fc.Arbitrary<infer T> ? T : never,
  ): Uint8Array => {
    const at = Math.floor(place * before.length);
    const [start, middle, end] = [
      before.subarray(0, at),
      before.subarray(at, at + length),
      before.subarray(at + length),
    ];
    const parts: Record<typeof kind, Uint8Array[]> = {
      replace: [start, put, before.subarray(at + put.length)],
      insert: [start, put, middle, end],
      delete: [start, end],
      repeat: [start, middle, middle, end],
    };
    return new Uint8Array(Buffer.concat(parts[kind]));
  };
  return fc
    .tuple(
      fc.constantFrom(...bytes),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.option(fc.constantFrom(...bytes), { freq: 4 }),
    )
    .map(([first, changes, behind]) => {
      const changed = changes.reduce(apply, first);
      return behind ? new Uint8Array(Buffer.concat([changed, behind])) : changed;
    });
}

/** Sends so many of them: whatever they have become is answered, refused or cut, and nothing else. */
export async function changeRequests(world: HostileWorld, times: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(mutated(validRequests(world)), async (bytes) => {
      const answer = await raw(bytes, world.onion.port, 20);
      // Nobody has lent a key to shake hands with: that is 503.
      expect(statuses(answer).filter((status) => status >= 500 && status !== 503)).toEqual([]);
      world.expectDiscreet(answer);
    }),
    { numRuns: times },
  );
}
