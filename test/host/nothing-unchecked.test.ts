import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEndpoint, type Endpoint } from '../../native-host/endpoint/endpoint.ts';
import type { Caller } from '../../native-host/endpoint/messages/message.ts';
import type { HostStore } from '../../native-host/store/store.ts';
import type { StoredDocument } from '../../src/domain/document/envelope.ts';
import { makeGated } from '../../src/domain/document/gated.ts';
import { wrapSealed } from '../../src/domain/document/sealed.ts';
import { tokenHash } from '../../src/domain/peer-handshake/token.ts';
import { inboxSpace } from '../../src/domain/space/charter.ts';
import { spaceNameOf } from '../../src/domain/space/name.ts';
import { blogOf, person, seeded } from '../domain/people.ts';
import { openWorld, shareWith, type World } from './endpoint-world.ts';
import { everyPath, methods } from './every-route.ts';
import { databaseOf, newDatabase } from './store-helpers.ts';

const random = seeded('nothing unchecked');
const alice = person('Alice');
const bob = person('Bob').identity.address;
const token = 'bobs-token';
const blog = blogOf(alice, ['one', 'two']);
const sealedId = random(32);
const gatedId = random(32);
const inbox = inboxSpace(alice.identity.publicKey);
const names = {
  signed: blog.space.name,
  sealed: spaceNameOf(sealedId),
  gated: spaceNameOf(gatedId),
  inbox: inbox.name,
};
const others = blogOf(person('Carol'), ['hers']).documents[0] as StoredDocument;
const [good] = blog.documents as [StoredDocument];
const hash = good._rev.slice(2);
const often = { perSecond: 1_000_000, burst: 1_000_000 };

/** What no door takes, at none of these databases. */
const junk: Record<string, unknown>[] = [
  {},
  { _id: 'doc', text: 'mine' },
  { _id: 'doc', _rev: '1-a', text: 'mine' },
  { _id: good._id, _rev: `2-${hash}`, _deleted: true },
  { ...good, _deleted: true },
  { ...good, more: 1 },
  { ...good, _rev: `2-${hash}` },
  { ...good, _revisions: { start: 2, ids: [hash, hash] } },
  { ...good, _attachments: { 'file.txt': { data: 'aGVsbG8=', content_type: 'text/html' } } },
  { ...good, v: 2 },
  { ...others },
  { ...wrapSealed(random(32), random(300)).json },
  { ...makeGated(gatedId, { hint: random(8), key: random(32) }, random(300)).json },
  { _id: '_design/x', _rev: '1-a', views: {}, validate_doc_update: 'function () {}' },
  { _id: '_local/x', _rev: '0-1', text: 'mine' },
  { _id: '_local/peer:owner:x', text: 'mine' },
  { _id: 'doc', _attachments: { 'file.txt': { data: 'aGVsbG8=', content_type: 'text/html' } } },
  { admins: { names: ['bob'], roles: [] }, members: { names: [], roles: [] } },
];

/** What only reads. Whatever else there is, or will be, is one that changes something. */
const reads = new Set([
  'attachment',
  'bytesOnDisk',
  'changes',
  'countLocal',
  'documents',
  'getLocal',
  'info',
  'keys',
  'locals',
  'range',
  'revsDiff',
  'revsLimit',
  'staged',
  'stagedAmong',
]);

interface Change {
  readonly what: string;
  readonly given: unknown[];
}

/** The store, and all that was asked of it which changes something. */
function recording(store: HostStore): { store: HostStore; changes: Change[] } {
  const changes: Change[] = [];
  const watched = <T extends object>(target: T, only: ReadonlySet<string>): T =>
    new Proxy(target, {
      get(_, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]): unknown => {
          if (!only.has(String(key))) changes.push({ what: String(key), given });
          const result: unknown = Reflect.apply(value, target, given);
          const isDatabase = key === 'database' && typeof result === 'object' && result !== null;
          return isDatabase ? watched(result, reads) : result;
        };
      },
    });
  return { store: watched(store, new Set(['database', 'list'])), changes };
}

let world: World;
let endpoint: Endpoint;
let changes: Change[];
beforeAll(async () => {
  world = await openWorld(alice.identity.address);
  for (const name of Object.values(names)) await newDatabase(world.store, name);
  shareWith(
    world.access,
    [
      { name: names.signed, door: 'signed', readers: 'anyone' },
      { name: names.sealed, door: 'sealed', readers: 'peers' },
      { name: names.gated, door: 'gated', readers: 'peers' },
      { name: names.inbox, door: 'inbox', readers: 'nobody' },
    ],
    [{ address: bob, token, read: Object.values(names), write: Object.values(names) }],
  );
  const recorded = recording(world.store);
  changes = recorded.changes;
  endpoint = createEndpoint({
    store: recorded.store,
    access: world.access,
    address: () => alice.identity.address,
    limits: { requests: { peer: often, stranger: often }, work: { least: 0, most: 0 } },
  });
});
beforeEach(() => void changes.splice(0));
afterAll(async () => {
  endpoint.close();
  await world.close();
});

const callers: [string, Caller][] = [
  ['a stranger', { kind: 'stranger' }],
  ['a friend who may read and write', { kind: 'peer', address: bob, tokenHash: tokenHash(token) }],
];

/** Every way to bring a document along. */
function bodiesOf(document: unknown): [type: string, body: string][] {
  const json = 'application/json';
  const text = JSON.stringify(document);
  const parts = `--x\r\nContent-Type: ${json}\r\n\r\n${text}\r\n--x\r\n\r\nhello\r\n--x--\r\n`;
  return [
    [json, text],
    [json, JSON.stringify({ docs: [document], new_edits: false })],
    [json, JSON.stringify({ docs: [document], new_edits: true })],
    [json, JSON.stringify({ docs: [document] })],
    ['multipart/related; boundary="x"', parts],
    ['multipart/mixed; boundary="x"', parts],
    ['multipart/form-data; boundary="x"', parts],
    ['text/html', '<script>alert(1)</script>'],
  ];
}

/** A friend's own checkpoints are theirs to write: in their own place, small, and without files. */
function expectOnlyCheckpoints(caller: Caller, what: string): void {
  for (const change of changes) {
    const [document] = change.given as [Record<string, unknown>];
    // Of a batch of which nothing is left.
    if (change.what === 'write' && Array.isArray(document) && document.length === 0) continue;
    const place = caller.kind === 'peer' ? `_local/peer:${caller.address}:` : 'nowhere';
    expect([change.what, document['_id']], what).toEqual([
      'putLocal',
      expect.stringMatching(new RegExp(`^${place}`)),
    ]);
    expect(document['_attachments'], what).toBeUndefined();
    expect(JSON.stringify(document).length, what).toBeLessThan(17_000);
  }
}

describe.each(callers)('%s', (_, caller) => {
  const ask = (method: string, path: string, type: string, body: string) =>
    endpoint.handle(
      { method, path, headers: { 'content-type': type, destination: 'copy' }, body },
      caller,
    );

  test.each(Object.entries(names))(
    'stores nothing that the %s door has not passed',
    async (_, name) => {
      for (const method of methods) {
        const brings = method === 'PUT' || method === 'POST';
        for (const document of brings ? junk : junk.slice(1, 3)) {
          for (const path of everyPath(pathIdOf(document))) {
            for (const [type, body] of brings
              ? bodiesOf(document)
              : bodiesOf(document).slice(0, 1)) {
              await ask(method, `/${name}${path}`, type, body);
              expectOnlyCheckpoints(caller, `${method} ${path} ${type} ${body}`);
              changes.splice(0);
            }
          }
        }
      }
      expect((await databaseOf(world.store, name).info()).documents).toBe(0);
    },
  );
});

function pathIdOf({ _id: id }: Record<string, unknown>): string {
  return typeof id === 'string' && !id.startsWith('_') ? id : 'doc';
}

test('of a batch that mixes what is good with what is not only the good is written', async () => {
  const [, caller] = callers[1] as [string, Caller];
  const own = [...blog.documents, ...blogOf(alice, ['elsewhere']).documents];
  const taken = new Set<unknown>(blog.documents.map(({ _id }) => _id));
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...own, ...junk], { minLength: 1 }),
      fc.boolean(),
      async (docs, newEdits) => {
        changes.splice(0);
        const answer = await endpoint.handle(
          {
            method: 'POST',
            path: `/${names.signed}/_bulk_docs`,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ docs, new_edits: newEdits }),
          },
          caller,
        );
        const written = changes.flatMap(({ what, given }) => {
          expect([what, given[1], given[2]]).toEqual(['write', false, bob]);
          return given[0] as Record<string, unknown>[];
        });
        const good = docs.filter(
          (each) => own.includes(each as StoredDocument) && taken.has(each['_id']),
        );
        expect(written).toEqual(newEdits ? [] : good);
        expect(answer.status).toBe(newEdits ? 403 : 201);
      },
    ),
    { numRuns: 60 },
  );
});
