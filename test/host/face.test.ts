import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blogSpace, profileSpace } from '../../src/domain/space/charter.ts';
import { openBundle } from '../../src/domain/types/bundle.ts';
import type { ProfileContent } from '../../src/domain/types/profile-content.ts';
import { escapeText, markup } from '../../native-host/face/markup.ts';
import { isoTime, readableTime } from '../../native-host/face/dates.ts';
import { createFace, type Face } from '../../native-host/face/face.ts';
import { createHttpDoor } from '../../native-host/endpoint/doors/http-door.ts';
import { onionConnections } from '../../native-host/endpoint/doors/connections.ts';
import {
  blogOf,
  must,
  person,
  postsIn,
  profileContent,
  profileDocument,
  profileDocuments,
  storedPost,
  type Person,
} from '../domain/people.ts';
import { accessList, Client, openWorld, type World } from './endpoint-world.ts';
import { databaseOf, newDatabase } from './store-helpers.ts';

const alice = person('Alice');
const bob = person('Bob').identity;
const { address } = alice.identity;
const hostile = `<script>alert(1)</script>"'&\u202e\u0000\ud800</style>]]>`;

let world: World;
let face: Face;
let client: Client;
let closeDoor: () => Promise<void>;
beforeAll(async () => {
  world = await openWorld(address);
  face = createFace({
    store: world.store,
    access: world.access,
    log: (fault) => world.faults.push(fault),
  });
  const door = createHttpDoor({
    connections: onionConnections,
    receive: (request) => ({ request, standing: 'unknown', answer: () => face.handle(request) }),
  });
  const place = await door.listen({ host: '127.0.0.1', port: 0 });
  client = new Client('port' in place ? place.port : 0, address);
  closeDoor = () => door.close();
});
afterAll(async () => {
  await closeDoor();
  expect(world.faults).toEqual([]);
  await world.close();
});

let version = 0;

async function fill(owner: Person, content: Partial<ProfileContent>, texts: readonly string[]) {
  const blog = blogOf(owner, texts);
  const profile = profileSpace(owner.identity.publicKey).name;
  const feeds = content.feeds ?? [{ space: blog.space.name, title: 'News' }];
  const documents = profileDocuments(owner, profileContent('Alice', { ...content, feeds }));
  for (const [name, docs] of [
    [profile, documents],
    [blog.space.name, blog.documents],
  ] as const) {
    await world.store.destroy(name);
    const database = await newDatabase(world.store, name);
    await database.write(
      docs.map((document) => ({ ...document })),
      false,
    );
  }
  const share = (readers: 'anyone' | 'nobody') => {
    version += 1;
    world.access.set(
      accessList(
        [
          { name: profile, door: 'signed', readers: 'anyone' },
          { name: blog.space.name, door: 'signed', readers },
        ],
        [],
        version,
      ),
    );
  };
  share('anyone');
  face.show(owner.identity.address);
  return { blog, profile, share };
}

const visit = (path = '/') => client.ask('GET', path);

test('until it is switched on, and after it was switched off, there is nothing', async () => {
  await fill(alice, {}, ['hello']);
  const nothing = { status: 404, text: '' };
  for (const shown of [undefined, 'not-an-address', undefined]) {
    face.show(shown);
    for (const path of ['/', '/feed.atom', '/anything']) {
      expect(await visit(path)).toMatchObject(nothing);
    }
  }
  face.show(address);
  expect((await visit()).status).toBe(200);
});

test('it answers nobody who means another host, another path, or to do something', async () => {
  await fill(alice, {}, ['hello']);
  for (const host of ['localhost', `127.0.0.1:${client.port}`, `www.${address}`, bob.address, '']) {
    expect((await new Client(client.port, host).ask('GET', '/')).status, host).toBe(404);
  }
  expect((await new Client(client.port, `${address}:80`).ask('GET', '/')).status).toBe(200);
  for (const path of [
    '/index.html',
    '//',
    '/feed.atom/',
    `/${profileSpace(alice.identity.publicKey).name}`,
    '/%E0',
  ]) {
    expect(await visit(path), path).toMatchObject({ status: 404, text: '' });
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    expect((await client.ask(method, '/')).status).toBe(404);
  }
  const head = await client.ask('HEAD', '/');
  expect([head.status, head.text]).toEqual([200, '']);
});

test('the page shows the person, their posts newest first, and their signed key bundle', async () => {
  await fill(
    alice,
    {
      name: 'Alice',
      about: 'First line\nsecond line',
      interests: ['tea', 'onions'],
      shownFriends: [{ address: bob.address, name: 'Bob' }],
    },
    ['the first', 'the second'],
  );
  const { text, headers } = await visit();
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  for (const shown of [
    'Alice',
    address,
    'First line\nsecond line',
    'tea',
    'onions',
    `<a href="http://${bob.address}/"`,
  ]) {
    expect(text).toContain(shown);
  }
  expect(text.indexOf('the second')).toBeLessThan(text.indexOf('the first'));
  const href = /<link rel="network25" href="data:application\/json;base64,([^"]+)">/.exec(
    text,
  )?.[1];
  const bundle = JSON.parse(Buffer.from(href ?? '', 'base64').toString()) as unknown;
  expect(must(openBundle(bundle, address)).device).toEqual(alice.device.signing.publicKey);
});

test('nothing on the page runs, leads away unasked or is fetched from anywhere', async () => {
  await fill(alice, { name: 'Alice' }, ['hello']);
  const { text, headers } = await visit();
  const policy = headers['content-security-policy'];
  const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(policy).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(headers).toMatchObject({
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  expect(text).not.toMatch(
    /<script|<img|<iframe|<form|<object|<base|@import|url\(|https?:\/\/(?![a-z2-7]{56}\.onion)/i,
  );
  expect(text).not.toMatch(/\s(on\w+|style)=/i);
  expect(text.length).toBeLessThan(12_000);
});

test('whatever people write is text', async () => {
  await fill(
    alice,
    {
      name: hostile.slice(0, 60),
      about: hostile,
      interests: [hostile.slice(0, 40)],
      shownFriends: [{ address: bob.address, name: hostile.slice(0, 60) }],
    },
    [hostile, '<img src=x onerror=alert(1)>'],
  );
  for (const path of ['/', '/feed.atom']) {
    const { text } = await visit(path);
    expect(text.match(/<script/gi), path).toBeNull();
    expect(text.match(/<img/gi), path).toBeNull();
    expect(text.match(/<\/style>/g)?.length ?? 0).toBe(path === '/' ? 1 : 0);
    expect(text).toContain('&lt;script&gt;alert(1)');
    expect(text).not.toContain('\u0000');
  }
});

describe('posts', () => {
  const texts = Array.from({ length: 45 }, (_, index) => `post number ${index}.`);
  const shown = (text: string) =>
    [...text.matchAll(/post number (\d+)\./g)].map((match) => Number(match[1]));

  test('come in pages, and a page stays the same when newer ones are added', async () => {
    const { blog } = await fill(alice, {}, texts);
    const first = await visit();
    expect(shown(first.text)).toEqual(texts.map((_, index) => 44 - index).slice(0, 20));
    const older = /href="(\/\?from=[^"]+)" rel="next"/.exec(first.text)?.[1] ?? '';
    const second = await visit(older);
    expect(shown(second.text)).toEqual(texts.map((_, index) => 44 - index).slice(20, 40));
    const more = postsIn(alice, blog.space, [...texts, 'post number 45.'])
      .slice(45)
      .flatMap(storedPost);
    await databaseOf(world.store, blog.space.name).write(
      more.map((document) => ({ ...document })),
      false,
    );
    expect(shown((await visit()).text)[0]).toBe(45);
    expect(shown((await visit(older)).text)).toEqual(shown(second.text));
    const next = /href="(\/\?from=[^"]+)" rel="next"/.exec(second.text)?.[1] ?? '';
    const last = await visit(next);
    expect(shown(last.text)).toHaveLength(5);
    expect(last.text).not.toContain('rel="next"');
    expect(shown((await visit('/?from=gone')).text)[0]).toBe(45);
  });

  test('of a blog that not anyone may read are not shown, nor of one that is not theirs', async () => {
    const { blog, share } = await fill(alice, {}, ['only for some']);
    share('nobody');
    expect((await visit()).text).not.toContain('only for some');
    share('anyone');
    expect((await visit()).text).toContain('only for some');
    expect(blog.space.name).not.toBe('');
    const elsewhere = blogSpace(bob.publicKey, 'Bob', alice.random).name;
    await fill(alice, { feeds: [{ space: elsewhere, title: 'Bob' }] }, ['not listed']);
    const { status, text } = await visit();
    expect(status).toBe(200);
    expect(text).not.toContain('not listed');
    expect(text).toContain('Nothing has been posted yet.');
  });

  test('whose text was erased say so', async () => {
    const { blog } = await fill(alice, {}, ['gone soon', 'stays']);
    const body = blog.posts[0]?.body.json;
    await databaseOf(world.store, blog.space.name).write(
      [{ _id: body?._id ?? '', _rev: body?._rev ?? '', _deleted: true }],
      true,
    );
    const { text } = await visit();
    expect(text).not.toContain('gone soon');
    expect(text).toContain('no longer here');
  });

  test('come as an Atom feed', async () => {
    await fill(alice, { name: 'Alice & co' }, ['one\nmore', 'two']);
    const { text, headers } = await visit('/feed.atom');
    expect(headers['content-type']).toBe('application/atom+xml; charset=utf-8');
    expect(text).toMatch(
      /^<\?xml version="1\.0" encoding="utf-8"\?>\n<feed xmlns="http:\/\/www\.w3\.org\/2005\/Atom">/,
    );
    expect(text).toContain('<title>Alice &amp; co on Network25</title>');
    expect(
      [...text.matchAll(/<entry>.*?<title>(.*?)<\/title>/gs)].map((match) => match[1]),
    ).toEqual(['two', 'one']);
    expect(text).toContain('<updated>1970-01-01T00:00:01Z</updated>');
    expect(text).toContain('<content type="text">one\nmore</content>');
  });
});

test('a profile that changes is shown changed; without one there is nothing', async () => {
  const { profile } = await fill(alice, { name: 'Alice' }, ['hello']);
  expect((await visit()).text).toContain('<bdi>Alice</bdi>');
  const newer = profileDocument(alice, profileContent('Alicia'), 2);
  await databaseOf(world.store, profile).write([{ ...newer }], false);
  expect((await visit()).text).toContain('<bdi>Alicia</bdi>');
  await world.store.destroy(profile);
  expect(await visit()).toMatchObject({ status: 404, text: '' });
});

test('escaped text holds no markup, and nothing XML could not hold', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeText(text);
      expect(escaped).not.toMatch(/[<>"']/);
      for (const character of escaped) {
        const code = character.codePointAt(0) ?? 0;
        expect(code >= 32 || '\t\n\r'.includes(character), `code ${code}`).toBe(true);
        expect(code >= 0xd800 && code < 0xe000, `code ${code}`).toBe(false);
        expect(code === 0xfffe || code === 0xffff, `code ${code}`).toBe(false);
      }
      expect(escaped.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
    }),
  );
  expect(markup`<p title="${'"'}">${'<b>'}${[markup`<i>${1}</i>`]}${undefined}</p>`.text).toBe(
    '<p title="&quot;">&lt;b&gt;<i>1</i></p>',
  );
});

test.each([
  [Date.UTC(2026, 10, 22, 18, 12), '2026-11-22T18:12:00Z', '22 November 2026 at 18:12 UTC'],
  [-1, '1970-01-01T00:00:00Z', '1 January 1970 at 00:00 UTC'],
  [8.64e15, '9999-12-31T23:59:59Z', '31 December 9999 at 23:59 UTC'],
])('a claimed time of %d is shown as a date', (time, iso, readable) => {
  expect(isoTime(time)).toBe(iso);
  expect(readableTime(time, 'en-GB')).toBe(readable);
});
