import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressFromPublicKey } from '../../src/domain/address.ts';
import { profileSpace } from '../../src/domain/space/charter.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import type { StoredDocument } from '../../src/store/ports.ts';
import { person, profileContent, profileDocuments } from '../domain/people.ts';
import { createIdentity, lookUp } from '../helpers/browser/acts.mjs';
import { type Person, startPerson } from '../helpers/browser/index.mjs';
import { startTorNetwork, type TorNetwork } from '../helpers/tor-network/index.mjs';
import { type Answers, htmlAtRoot, type OnionSite, startOnionSite } from './onion-site.ts';

let network: TorNetwork;
let folder: string;
let alice: Person;
let page: Page;
let site: OnionSite;
let answers: Answers;
let before: string[];

beforeAll(async () => {
  await sodiumReady();
  folder = await mkdtemp(join(tmpdir(), 'n25-browser-'));
  network = await startTorNetwork({ clients: 1 });
  // The key of the address is Ivan's own: what he shows there is his to choose.
  site = await startOnionSite(network, 'ivan', (path) => answers(path), person('Ivan').identity);
  const client = network.clients[0];
  if (!client) throw new Error('too few clients');
  const artifacts = join('test-artifacts', 'impostors');
  alice = await startPerson({ name: 'Alice', folder, mode: 'private', network, client, artifacts });
  await createIdentity(alice);
  before = await databases();
  page = await alice.popup('#add');
});

afterAll(async () => {
  await alice?.close();
  await site?.close();
  await network?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The names of all that Alice's host keeps. */
async function databases(): Promise<string[]> {
  const profiles = join(alice.folders.data, 'profiles');
  const [profile = ''] = await readdir(profiles);
  return (await readdir(join(profiles, profile, 'databases'))).toSorted();
}

async function asksFor(link: string, sentence: string): Promise<void> {
  await page.getByLabel('Address or link').fill(link);
  await page.getByRole('button', { name: 'Look up' }).click();
  await page.getByRole('alert').getByText(sentence).waitFor({ timeout: 120_000 });
}

/** An endpoint as a Network25 host has it, with these documents for everything that is asked of it. */
function endpointWith(documents: readonly StoredDocument[]): Answers {
  const rows = documents.map((doc) => ({
    id: doc._id,
    key: doc._id,
    value: { rev: doc._rev },
    doc,
  }));
  return (path) => ({
    type: 'application/json',
    body: JSON.stringify(
      path.includes('/_all_docs')
        ? { total_rows: rows.length, offset: 0, rows }
        : {
            couchdb: 'Welcome',
            uuid: '0'.repeat(32),
            version: '3.4.0',
            vendor: { name: 'Network25', version: '0.1.0', protocol: 1 },
          },
    ),
  });
}

const documentsOf = (name: string) => profileDocuments(person(name), profileContent(name));

/** One letter of each signature is another. */
const altered = (documents: readonly StoredDocument[]): StoredDocument[] =>
  documents.map((document) => {
    const { s } = v.parse(v.looseObject({ s: v.string() }), document);
    return { ...document, s: s.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) };
  });

const forged =
  'The profile is not signed by the key of this address. Nothing was stored. Do not trust it; ask your friend in another way.';

describe('somebody Alice looks up over Tor', { sequential: true }, () => {
  it('whose link holds no address is not looked at', async () => {
    const sentence =
      'There is no valid onion address in this. An address has 56 letters and digits before .onion; look whether all of it was copied.';
    await asksFor('http://expyuzz4wqqyqhjn.onion/', sentence);
    await asksFor(`http://${'a'.repeat(56)}.onion/`, sentence);
    expect(site.seen).toEqual([]);
  });

  it('who shows the profile of another person is found out', async () => {
    answers = endpointWith(documentsOf('Bob'));
    await asksFor(site.address, forged);
    const { name } = profileSpace(person('Ivan').identity.publicKey);
    expect(site.seen.map(({ path }) => path.split('?')[0])).toContain(`/${name}/_all_docs`);
    await alice.screenshot(page, '01-forged');
  });

  it('whose documents were changed by somebody without the key is found out', async () => {
    answers = endpointWith(altered(documentsOf('Ivan')));
    await asksFor(site.address, forged);
  });

  it('who put another key under the own name is found out', async () => {
    const bundleOfBob = person('Bob').bundle.document;
    const own = documentsOf('Ivan').filter(({ _id }) => _id !== person('Ivan').bundle.document._id);
    answers = endpointWith([...own, bundleOfBob]);
    await page.getByLabel('Address or link').fill(site.address);
    await page.getByRole('button', { name: 'Look up' }).click();
    await page
      .getByRole('alert')
      .getByText(/The profile (is not signed by|there cannot be read)/)
      .waitFor({ timeout: 120_000 });
  });

  it('who is a shop is said to be none of us', async () => {
    answers = htmlAtRoot('<h1>Shop</h1>');
    await asksFor(
      site.address,
      'Something answers there, but it is not Network25. Check the address.',
    );
  });

  it('who is not there is said not to answer', async () => {
    const nobody = addressFromPublicKey(person('Nobody').identity.publicKey);
    await asksFor(
      nobody,
      'Nobody answers at this address now. They may be offline; try again later.',
    );
    await alice.screenshot(page, '02-nobody-there');
  });

  it('left nothing behind', async () => {
    expect(await databases()).toEqual(before);
    const friends = await alice.popup('#friends');
    await friends.getByText('No friends yet').waitFor();
    await friends.close();
  });

  it('heard nothing of her browser, her languages or her add-on', () => {
    expect(new Set(site.seen.map(({ headers }) => headers['user-agent']))).toEqual(
      new Set(['Network25']),
    );
    expect(JSON.stringify(site.seen)).not.toMatch(/firefox|gecko|linux|en-US|moz-extension/i);
    expect(JSON.stringify(site.seen)).not.toContain(alice.uuid);
  });

  it('who is honest, with the same endpoint, is found', async () => {
    answers = endpointWith(documentsOf('Ivan'));
    await lookUp(page, site.address);
    await page.getByText('Checked: the profile is signed by the key').waitFor();
  });
});
