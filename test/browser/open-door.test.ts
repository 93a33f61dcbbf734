import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOpenDoor, type OpenDoor } from '../../native-host/endpoint/doors/server.ts';
import { type Person, startPerson } from '../helpers/browser/index.mjs';
import { person } from '../domain/people.ts';
import { openWorld, type World } from '../host/endpoint-world.ts';
import { newDatabase } from '../host/store-helpers.ts';

let world: World;
let door: OpenDoor;
let pages: Server;
let folder: string;
let visitor: Person;
/** What the browser asked of the door, and what of it was let through to the databases. */
const asked: string[] = [];
const handled: string[] = [];

const note = (message: unknown): void => {
  const { request } = message as { request: IncomingMessage };
  if (request.socket.localPort !== door.place.port) return;
  asked.push(`${request.method} ${request.url}`);
};
const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

beforeAll(async () => {
  world = await openWorld(person('Alice').identity.address);
  await (await newDatabase(world.store, 'mine')).write([{ _id: 'doc', text: 'hers' }], true);
  const { endpoint } = world;
  const recording = {
    ...endpoint,
    handle: (...given: Parameters<typeof endpoint.handle>) => {
      handled.push(`${given[0].method} ${given[0].path}`);
      return endpoint.handle(...given);
    },
  };
  door = await openOpenDoor(recording, { host: '127.0.0.1', port: 0 });
  subscribe('http.server.request.start', note);
  pages = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>a page</title><iframe name="frame"></iframe>');
  });
  await new Promise<void>((resolve) => void pages.listen(0, '127.0.0.1', resolve));
  folder = await mkdtemp(join(tmpdir(), 'n25-browser-'));
  visitor = await startPerson({
    name: 'Visitor',
    folder,
    mode: 'ordinary',
    addon: false,
    host: false,
  });
});

afterAll(async () => {
  await visitor.close();
  unsubscribe('http.server.request.start', note);
  await Promise.all([door.close(), world.close()]);
  pages.closeAllConnections();
  pages.close();
  await rm(folder, { recursive: true, force: true });
});

/** Everything a page can try, each until the browser says how it went. */
async function tryAll(door: string): Promise<string[]> {
  const docs = JSON.stringify({ docs: [{ _id: 'planted' }] });
  const mine = `${door}/mine`;
  const load = (tag: 'img' | 'script' | 'iframe' | 'link', url: string) =>
    new Promise<string>((resolve) => {
      const element = document.createElement(tag);
      if (element instanceof HTMLLinkElement) {
        element.rel = 'stylesheet';
        element.href = url;
      } else element.src = url;
      element.addEventListener('load', () => resolve('loaded'));
      element.addEventListener('error', () => resolve('error'));
      document.body.append(element);
    });
  const send = async (url: string, init: RequestInit) => (await fetch(url, init)).text();
  const json = { 'content-type': 'application/json' };
  const form = () =>
    new Promise<string>((resolve) => {
      const element = document.createElement('form');
      element.method = 'post';
      element.enctype = 'text/plain';
      element.action = `${mine}/_bulk_docs?form`;
      element.target = 'frame';
      const input = document.createElement('input');
      input.name = '{"docs":[{"_id":"planted","x":"';
      input.value = '"}]}';
      element.append(input);
      document.body.append(element);
      document.querySelector('iframe')?.addEventListener('load', () => resolve('loaded'));
      element.submit();
    });
  const closes = (source: EventTarget) =>
    new Promise<string>((resolve) => source.addEventListener('error', () => resolve('error')));
  const tries: Promise<string>[] = [
    send(`${door}/_all_dbs`, {}),
    send(`${mine}/doc`, { mode: 'no-cors' }),
    send(`${mine}/_bulk_docs?text`, { method: 'POST', mode: 'no-cors', body: docs }),
    send(`${mine}/_compact`, { method: 'POST', mode: 'no-cors' }),
    send(`${mine}/_bulk_docs?json`, { method: 'POST', headers: json, body: docs }),
    send(`${mine}/planted`, { method: 'PUT', headers: json, body: '{}' }),
    send(mine, { method: 'DELETE' }),
    load('img', `${mine}/doc?img`),
    load('script', `${mine}/doc?script`),
    load('link', `${mine}/doc?link`),
    load('iframe', `${mine}/doc?iframe`),
    form(),
    closes(new WebSocket(`${mine.replace('http', 'ws')}/_changes?socket`)),
    closes(new EventSource(`${mine}/_changes?feed=eventsource`)),
    Promise.resolve(String(navigator.sendBeacon(`${mine}/_bulk_docs?beacon`, docs))),
  ];
  const settled = await Promise.allSettled(tries);
  return settled.map((each) => (each.status === 'fulfilled' ? each.value : 'refused'));
}

describe.each(['127.0.0.1', 'localhost'])('a page from %s, in the same browser', (host) => {
  it('reads nothing and changes nothing through a door that was opened by hand', async () => {
    const { last } = world.store.updates;
    const page = await visitor.visit(`http://${host}:${portOf(pages)}/`);
    const results = await page.evaluate(tryAll, `http://127.0.0.1:${door.place.port}`);
    expect(results.join()).not.toMatch(/hers|mine|doc_count/);
    // The browser did ask, all but what it asks permission for first.
    for (const part of [
      'GET /_all_dbs',
      'POST /mine/_bulk_docs?text',
      '?img',
      '?iframe',
      '?form',
    ]) {
      expect(asked.join('\n')).toContain(part);
    }
    asked.splice(0);
    expect(handled).toEqual([]);
    expect(world.store.updates.last).toBe(last);
    expect(world.store.list()).toEqual(['mine']);
  });
});

it('what a person types themselves is shown', async () => {
  const page = await visitor.visit(`http://127.0.0.1:${door.place.port}/mine/doc`);
  expect(handled).toContain('GET /mine/doc');
  expect(await page.content()).toContain('hers');
});
