import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccessControl } from '../../native-host/endpoint/access/access.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { createEndpoint } from '../../native-host/endpoint/endpoint.ts';
import { createDesk } from '../../native-host/endpoint/handshake/desk.ts';
import type { Face } from '../../native-host/face/face.ts';
import { openOnionDoors, type OnionDoors } from '../../native-host/onion-doors.ts';
import { type HostStore, openStore } from '../../native-host/store/store.ts';

const own = `${'a'.repeat(56)}.onion`;
let folder = '';
let store: HostStore;
let doors: OnionDoors;

const face: Face = {
  show: () => {},
  handle: async () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: 'the page' }),
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'n25-doors-'));
  store = await openStore(folder);
  const access = createAccessControl();
  const desk = createDesk({ access, random: randomBytes });
  const endpoint = createEndpoint({ store, access });
  const socket = join(folder, 'onion.sock');
  doors = await openOnionDoors({ endpoint, access, desk, address: () => own, face, socket });
});
afterAll(async () => {
  await doors.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function get(host: string, place: { port: number } | { socketPath: string }) {
  return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const sent = request(
      { ...place, host: '127.0.0.1', path: '/', headers: { host } },
      (answer) => {
        let text = '';
        answer.on('data', (bytes: Buffer) => (text += bytes.toString()));
        answer.on('end', () => resolve({ status: answer.statusCode, text }));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

test('both places serve both virtual ports, told apart by the host that was asked for', async () => {
  const { port, unixPath } = doors.local;
  expect(unixPath).toBe(join(folder, 'onion.sock'));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const place of [{ port }, { socketPath: unixPath ?? '' }]) {
    const replication = await get(`${own}:25984`, place);
    expect(replication.status).toBe(200);
    expect(JSON.parse(replication.text)).toHaveProperty('couchdb');
    for (const host of [own, `${own}:80`, 'localhost', '']) {
      expect(await get(host, place)).toEqual({ status: 200, text: 'the page' });
    }
    expect((await get(`${'b'.repeat(56)}.onion:25984`, place)).status).toBe(421);
  }
});

test('a data directory whose path is too long for a socket is served by port alone', async () => {
  const access = createAccessControl();
  const desk = createDesk({ access, random: randomBytes });
  const endpoint = createEndpoint({ store, access });
  const socket = join(folder, 'x'.repeat(120), 'onion.sock');
  const others = await openOnionDoors({ endpoint, access, desk, address: () => own, face, socket });
  expect(others.local).toEqual({ port: expect.any(Number) });
  await others.close();
});
