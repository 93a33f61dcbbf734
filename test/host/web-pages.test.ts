import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onionConnections } from '../../native-host/endpoint/doors/connections.ts';
import { createHttpDoor } from '../../native-host/endpoint/doors/http-door.ts';
import { inboxSpace, profileSpace } from '../../src/domain/space/charter.ts';
import { handshakePaths } from '../../src/protocol/handshake-messages.ts';
import { person } from '../domain/people.ts';
import { openWorld, shareWith, type World } from './endpoint-world.ts';
import { raw, requestText } from './raw-http.ts';
import { newDatabase } from './store-helpers.ts';

const alice = person('Alice').identity;
const profile = profileSpace(alice.publicKey).name;
const inbox = inboxSpace(alice.publicKey).name;

let world: World;
beforeAll(async () => {
  world = await openWorld(alice.address);
  await (await newDatabase(world.store, profile)).write([{ _id: 'doc', text: 'hers' }], true);
  await newDatabase(world.store, inbox);
  shareWith(
    world.access,
    [
      { name: profile, door: 'signed', readers: 'anyone' },
      { name: inbox, door: 'inbox', readers: 'nobody' },
    ],
    [],
  );
});
afterAll(async () => {
  expect(world.faults).toEqual([]);
  await world.close();
});

type Headers = readonly (readonly [name: string, value: string])[];
interface Try {
  readonly line: string;
  readonly headers?: Headers;
  readonly body?: string;
  /** In place of the door's own. */
  readonly host?: readonly string[];
}

const page = 'http://evil.example';
const form = (type: string): Headers => [['Content-Type', type]];
const site = (name: string, mode: string, dest: string): Headers => [
  ['Sec-Fetch-Site', name],
  ['Sec-Fetch-Mode', mode],
  ['Sec-Fetch-Dest', dest],
];
const docs = '{"docs":[{"_id":"planted"}]}';

/** What a page in the same browser, or a name that was pointed at us, can make a browser send. */
const onBothDoors: Record<string, Try> = {
  'a name that was pointed here': { line: 'GET /', host: ['evil.example'] },
  'that name with our port': { line: 'GET /', host: ['evil.example:{port}'] },
  'a name that ends with ours': { line: 'GET /', host: ['evil.{host}'] },
  'a name that begins with ours': { line: 'GET /', host: ['{host}.evil.example'] },
  'our name with a dot behind': { line: 'GET /', host: ['{name}.:{port}'] },
  'our name with a user before': { line: 'GET /', host: ['x@{host}'] },
  'an address that is every address': { line: 'GET /', host: ['0.0.0.0:{port}'] },
  'loopback written otherwise': { line: 'GET /', host: ['127.1:{port}'] },
  'our name at another port': { line: 'GET /', host: ['{name}:1'] },
  'no host': { line: 'GET /', host: [] },
  'an empty host': { line: 'GET /', host: [''] },
  'our host, then another': { line: 'GET /', host: ['{host}', 'evil.example'] },
  'another host, then ours': { line: 'GET /', host: ['evil.example', '{host}'] },
  'our host twice': { line: 'GET /', host: ['{host}', '{host}'] },
  'our host and another in one': { line: 'GET /', host: ['{host}, evil.example'] },
  'a target with a name of its own': { line: 'GET http://evil.example/' },
  'a target with our own name': { line: `GET http://{host}/${profile}` },
  'a target without a slash': { line: `GET ${profile}` },
  'a target that is a host': { line: 'CONNECT evil.example:80' },
  'a target that is everything': { line: 'OPTIONS *', headers: [['Origin', page]] },
  'fetch, to read': { line: `GET /${profile}/_all_docs`, headers: [['Origin', page]] },
  'fetch from an https page': { line: 'GET /', headers: [['Origin', 'https://evil.example']] },
  'fetch from a page of another onion': {
    line: 'GET /',
    headers: [['Origin', `http://${'a'.repeat(56)}.onion`]],
  },
  'fetch from a page at our own name': { line: 'GET /', headers: [['Origin', 'http://{host}']] },
  'fetch from a sandboxed frame': { line: 'GET /', headers: [['Origin', 'null']] },
  'fetch from another browser’s add-on': {
    line: 'GET /',
    headers: [['Origin', 'chrome-extension://abcdefghijklmnop']],
  },
  'an origin that begins like an add-on’s': {
    line: 'GET /',
    headers: [['Origin', 'moz-extension://a.evil.example/x']],
  },
  'two origins': {
    line: 'GET /',
    headers: [
      ['Origin', 'moz-extension://a'],
      ['Origin', page],
    ],
  },
  'an empty origin': { line: 'GET /', headers: [['Origin', '']] },
  'asking first whether JSON may be sent': {
    line: `OPTIONS /${profile}/_bulk_docs`,
    headers: [
      ['Origin', page],
      ['Access-Control-Request-Method', 'POST'],
      ['Access-Control-Request-Headers', 'content-type'],
    ],
  },
  'asking first whether a local network may be reached': {
    line: `OPTIONS /${profile}`,
    headers: [
      ['Origin', page],
      ['Access-Control-Request-Private-Network', 'true'],
    ],
  },
  'JSON without asking': {
    line: `POST /${profile}/_bulk_docs`,
    headers: [['Origin', page], ...form('application/json')],
    body: docs,
  },
  'JSON that says it is text': {
    line: `POST /${profile}/_bulk_docs`,
    headers: [['Origin', 'null'], ...form('text/plain')],
    body: docs,
  },
  'JSON from an old browser that names no page': {
    line: `POST /${profile}/_bulk_docs`,
    headers: form('text/plain'),
    body: docs,
  },
  'two content types': {
    line: `POST /${profile}/_bulk_docs`,
    headers: [...form('application/json'), ...form('text/plain')],
    body: docs,
  },
  'a form': {
    line: `POST /${profile}/_bulk_docs`,
    headers: [['Origin', page], ...form('application/x-www-form-urlencoded')],
    body: `x=${docs}`,
  },
  'a form of files': {
    line: `POST /${profile}/_bulk_docs`,
    headers: [['Origin', 'null'], ...form('multipart/form-data; boundary=x')],
    body: `--x\r\nContent-Disposition: form-data; name="docs"\r\n\r\n${docs}\r\n--x--\r\n`,
  },
  'a beacon': {
    line: `POST /${profile}/_ensure_full_commit`,
    headers: [['Origin', page], ...form('text/plain;charset=UTF-8')],
    body: '{}',
  },
  'a form that asks for nothing to be sent': {
    line: `POST /${profile}/_compact`,
    headers: [['Origin', 'null'], ...form('application/x-www-form-urlencoded')],
  },
  'a letter to the inbox': {
    line: `POST /${inbox}/_bulk_docs`,
    headers: [['Origin', page], ...form('application/json')],
    body: '{"docs":[],"new_edits":false}',
  },
  'a handshake': {
    line: `POST ${handshakePaths.hello}`,
    headers: [['Origin', page], ...form('application/json')],
    body: '{"m":"AAAA"}',
  },
  'writing without asking': {
    line: `PUT /${profile}/planted`,
    headers: [['Origin', page], ...form('application/json')],
    body: '{}',
  },
  'deleting without asking': { line: `DELETE /${profile}`, headers: [['Origin', page]] },
  'a WebSocket': {
    line: `GET /${profile}/_changes`,
    headers: [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
      ['Sec-WebSocket-Version', '13'],
      ['Origin', page],
    ],
  },
  'another protocol by upgrade': {
    line: 'GET /',
    headers: [
      ['Connection', 'Upgrade, HTTP2-Settings'],
      ['Upgrade', 'h2c'],
      ['HTTP2-Settings', 'AAMAAABkAAQCAAAAAAIAAAAA'],
    ],
  },
};

/** These come to a loopback address only; what they can reach on an onion any stranger can. */
const onTheOpenDoor: Record<string, Try> = {
  'an image': { line: `GET /${profile}/doc`, headers: site('cross-site', 'no-cors', 'image') },
  'a script': {
    line: `GET /${profile}/_changes`,
    headers: site('cross-site', 'no-cors', 'script'),
  },
  'a frame': { line: `GET /${profile}/doc`, headers: site('cross-site', 'navigate', 'iframe') },
  'a link': { line: `GET /${profile}/doc`, headers: site('cross-site', 'navigate', 'document') },
  'a page at another port': { line: 'GET /', headers: site('same-site', 'no-cors', 'empty') },
  'what this door has shown itself': {
    line: 'GET /_all_dbs',
    headers: site('same-origin', 'cors', 'empty'),
  },
  'a form that names no page': {
    line: `POST /${profile}/_compact`,
    headers: [...site('cross-site', 'navigate', 'document'), ...form('text/plain')],
  },
};

async function attempt(door: 'open' | 'onion', { line, headers = [], body, host }: Try) {
  const { host: own, port } = world[door];
  const name = own.replace(/:\d+$/, '');
  const fill = (text: string): string =>
    text
      .replaceAll('{host}', own)
      .replaceAll('{name}', name)
      .replaceAll('{port}', own.slice(name.length + 1));
  const hosts = (host ?? ['{host}']).map((value) => ['Host', fill(value)] as const);
  const filled = headers.map(([key, value]) => [key, fill(value)] as const);
  return raw(requestText(fill(line), [...hosts, ...filled], body), port);
}

describe.each(['open', 'onion'] as const)('at the %s door', (door) => {
  const tries = { ...onBothDoors, ...(door === 'open' ? onTheOpenDoor : {}) };

  test.each(Object.entries(tries))('%s gets nothing and changes nothing', async (_, each) => {
    const { last } = world.store.updates;
    const answer = await attempt(door, each);
    // An upgrade is cut off without a word.
    expect(answer).toMatch(/^$|^HTTP\/1\.1 4(00|03|15|21) /);
    expect(answer).not.toMatch(/access-control|hers|"db_name"|Welcome/i);
    expect(world.store.updates.last).toBe(last);
    expect(world.store.list()).toEqual([inbox, profile].toSorted());
  });

  test.each([
    ['a client that is no browser', []],
    [
      'an add-on',
      [['Origin', 'moz-extension://12345678-90ab'], ...site('cross-site', 'cors', 'empty')],
    ],
    ['what a person types', site('none', 'navigate', 'document')],
  ] as [string, Headers][])('%s is answered', async (_, headers) => {
    expect(await attempt(door, { line: `GET /${profile}/doc`, headers })).toMatch(/ 200 .*hers/s);
  });
});

test('nothing that the open door shows runs in a browser’s tab or is taken in by a page', async () => {
  for (const at of [`/${profile}/doc`, '/nothing', '/']) {
    expect((await world.open.ask('GET', at)).headers).toMatchObject({
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
  }
});

test('a socket is its owner’s alone', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'n25-socket-'));
  const socket = path.join(folder, 'door');
  const door = createHttpDoor({
    connections: onionConnections,
    receive: (request) => ({
      request,
      standing: 'unknown',
      answer: async () => ({ status: 204, headers: {}, body: '' }),
    }),
  });
  await door.listen({ path: socket });
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  await door.close();
  rmSync(folder, { recursive: true });
});
