import { publicKeyFromAddress } from '../../src/domain/address.ts';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealRequest } from '../../src/domain/friend/request.ts';
import { profileSpace } from '../../src/domain/space/charter.ts';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { stored } from '../../src/background/app/self/own-spaces.ts';
import { leave } from '../sync/leave.ts';
import { Onions, someAddress } from '../sync/onions.ts';
import { befriend, eventually, Household, surprises } from './household.ts';

let onions: Onions;
let alice: Household;
let mallory: Household;

beforeAll(sodiumReady);

beforeEach(async () => {
  onions = new Onions();
  [alice, mallory] = await Promise.all([
    Household.found('Alice', onions),
    Household.found('Mallory', onions),
  ]);
});

afterEach(async () => {
  await Promise.all([alice.dispose(), mallory.dispose()]);
  await onions.close();
  expect(surprises.splice(0)).toEqual([]);
});

/** Answers for an address with these documents as its profile space. */
async function pretend(address: string, space: string, documents: unknown[]): Promise<void> {
  await onions.serve(address, (request, response) => {
    const answer = request.url?.startsWith(`/${space}/_all_docs`)
      ? { total_rows: documents.length, offset: 0, rows: documents.map(rowOf) }
      : {
          couchdb: 'Welcome',
          uuid: '0'.repeat(32),
          version: '3.4.0',
          vendor: { name: 'Network25', version: '0.1.0', protocol: 1 },
        };
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
  });
}

function rowOf(doc: unknown) {
  const { _id: id, _rev: rev } = doc as { _id: string; _rev: string };
  return { id, key: id, value: { rev }, doc };
}

async function profileDocuments(household: Household): Promise<unknown[]> {
  const database = await household.person.context.stores.open(household.person.spaces.profile);
  const { rows } = await database.allDocs({ include_docs: true });
  return rows.flatMap((row) => ('doc' in row && row.doc ? [row.doc] : []));
}

describe('somebody at an address', { timeout: 30_000 }, () => {
  it.each([
    ['no link at all', 'hello', 'not-an-onion-link'],
    ['a v2 address', 'http://expyuzz4wqqyqhjn.onion/', 'not-an-onion-link'],
    ['a wrong checksum', `${'a'.repeat(56)}.onion`, 'not-an-onion-link'],
  ])('who is %s is not looked at', async (_what, link, code) => {
    await expect(alice.person.friendships.preview(link)).rejects.toMatchObject({ code });
    expect(onions.asked).toEqual([]);
  });

  it('who is oneself is not added', async () => {
    await expect(alice.person.friendships.preview(alice.address)).rejects.toMatchObject({
      code: 'own-address',
    });
  });

  it('who does not answer is said to be unreachable, and nothing is stored', async () => {
    await expect(alice.person.friendships.preview(someAddress(7))).rejects.toMatchObject({
      code: 'peer-unreachable',
    });
    expect(alice.person.book.all()).toEqual([]);
  });

  it('who shows another person’s profile as their own is found out', async () => {
    const bob = someAddress(8);
    const space = profileSpace(publicKeyFromAddress(bob)).name;
    await pretend(bob, space, await profileDocuments(mallory));
    await expect(alice.person.friendships.preview(bob)).rejects.toMatchObject({
      code: 'profile-forged',
    });
  });

  it('whose profile was changed on the way is found out', async () => {
    const documents = (await profileDocuments(mallory)).map((document) => {
      const { d, ...rest } = document as { d: string };
      return { ...rest, d: d.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) };
    });
    await mallory.host.goOffline();
    await pretend(mallory.address, mallory.person.spaces.profile, documents);
    await expect(alice.person.friendships.preview(mallory.address)).rejects.toMatchObject({
      code: expect.stringMatching(/^profile-(forged|malformed)$/),
    });
  });

  it('who is something else is said not to be on Network25', async () => {
    const shop = someAddress(9);
    await onions.serve(shop, (_request, response) => response.end('<h1>Shop</h1>'));
    await expect(alice.person.friendships.preview(shop)).rejects.toMatchObject({
      code: 'peer-not-network25',
    });
  });

  it('who has a newer Network25 is said to have one', async () => {
    const later = someAddress(10);
    await onions.serve(later, (_request, response) =>
      response.setHeader('Content-Type', 'application/json').end(
        JSON.stringify({
          couchdb: 'Welcome',
          uuid: '0'.repeat(32),
          version: '3.4.0',
          vendor: { name: 'Network25', version: '9.0.0', protocol: 2 },
        }),
      ),
    );
    await expect(alice.person.friendships.preview(later)).rejects.toMatchObject({
      code: 'peer-newer-version',
    });
  });
});

describe('letters', { timeout: 30_000 }, () => {
  it('that nobody asked for make no friends: Mallory accepts a request Alice never made', async () => {
    const { bundle } = alice.person.profile;
    const sealed = sealRequest(
      {
        kind: 'accept',
        name: 'Mallory',
        note: '',
        time: Date.now(),
        bundle: mallory.person.profile.bundle,
        encryption: mallory.person.context.me.device.encryption,
        recipient: bundle,
      },
      randomBytes,
    );
    if (!sealed.ok) throw new Error(sealed.code);
    await deliver(alice, sealed.value.json);
    await eventually('the letter is taken out', async () => (await inboxOf(alice)).length === 0);
    expect(alice.person.book.all()).toEqual([]);
    expect(alice.person.friendships.requests()).toEqual([]);
    // Once read it is gone for good: nobody makes Alice read it again.
    await deliver(alice, sealed.value.json);
    expect(await inboxOf(alice)).toEqual([]);
  });

  it('that were sealed to somebody else are refused, counted and removed', async () => {
    const sealed = sealRequest(
      {
        kind: 'request',
        name: 'Mallory',
        note: '',
        time: Date.now(),
        bundle: mallory.person.profile.bundle,
        encryption: mallory.person.context.me.device.encryption,
        recipient: mallory.person.profile.bundle,
      },
      randomBytes,
    );
    if (!sealed.ok) throw new Error(sealed.code);
    const before = alice.refused.length;
    await deliver(alice, sealed.value.json).catch(() => undefined);
    // The door knows the inbox by the document's id, so it does not even come in.
    expect(await inboxOf(alice)).toEqual([]);
    expect(alice.refused.length).toBe(before);
  });

  it('with a claimed time in the future are shown as just arrived', async () => {
    const sealed = sealRequest(
      {
        kind: 'request',
        name: 'Mallory',
        note: 'from the future',
        time: Date.now() + 30 * 86_400_000,
        bundle: mallory.person.profile.bundle,
        encryption: mallory.person.context.me.device.encryption,
        recipient: alice.person.profile.bundle,
      },
      randomBytes,
    );
    if (!sealed.ok) throw new Error(sealed.code);
    await deliver(alice, sealed.value.json);
    await eventually('the request shows', () => alice.person.friendships.requests().length === 1);
    expect(alice.person.friendships.requests()[0]?.time).toBeLessThanOrEqual(Date.now());
  });
});

describe('a friend who turns hostile', { timeout: 30_000 }, () => {
  it('cannot write into Alice’s own feed, nor into a feed of somebody else', async () => {
    await befriend(mallory, alice);
    await mallory.person.posting.write('genuine');
    await eventually('Alice reads it', async () => (await alice.reads()).includes('genuine'));
    const theirs = await mallory.person.context.stores.open(mallory.person.spaces.feed);
    const { rows } = await theirs.allDocs({ include_docs: true });
    const documents = rows.flatMap((row) =>
      'doc' in row && row.doc ? [stored(asKept(row.doc))] : [],
    );
    const token = await mallory.tokenAt(alice);
    const answer = await onions.fetch(
      `http://${alice.address}:25984/${alice.person.spaces.feed}/_bulk_docs`,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        body: JSON.stringify({ docs: documents, new_edits: false }),
      },
    );
    expect(answer.ok).toBe(false);
    expect(await alice.reads()).toEqual(['genuine']);
  });
});

async function deliver(to: Household, document: object): Promise<void> {
  if (!(await leave(onions, to.address, stored(asKept(document))))) throw new Error('refused');
}

async function inboxOf(household: Household): Promise<unknown[]> {
  const database = await household.person.context.stores.open(household.person.spaces.inbox);
  return (await database.allDocs()).rows;
}

function asKept(document: object) {
  return document as Parameters<typeof stored>[0];
}
