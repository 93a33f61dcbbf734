import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressFromPublicKey } from '../../src/domain/address.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { person } from '../domain/people.ts';
import { begin } from '../helpers/browser/acts.mjs';
import { type Person, startPerson } from '../helpers/browser/index.mjs';
import { startTorNetwork, type TorClient, type TorNetwork } from '../helpers/tor-network/index.mjs';
import { startFakeSite, startFakeSocks, type Trap } from './traps.ts';

let network: TorNetwork;
let folder: string;
let address: string;
let traps: Trap[];
const people: Person[] = [];

/** Where every name leads in a browser that may resolve onion names itself: an address of this machine. */
const everyName = '127.25.98.4';
const resolvesOnions = {
  'network.dns.blockDotOnion': false,
  'network.dns.forceResolve': everyName,
  'dom.security.https_first': false,
};

beforeAll(async () => {
  await sodiumReady();
  folder = await mkdtemp(join(tmpdir(), 'n25-browser-'));
  network = await startTorNetwork({ clients: 1 });
  address = addressFromPublicKey(person('nobody at all').identity.publicKey);
});

afterAll(async () => {
  await Promise.all(people.map((each) => each.close()));
  await Promise.all((traps ?? []).map((trap) => trap.close()));
  await network?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** As many an office sets it up: everything goes to a SOCKS server that is no Tor. */
const companyProxy = (port: number) => ({
  'network.proxy.type': 1,
  'network.proxy.socks': '127.0.0.1',
  'network.proxy.socks_port': port,
  'network.proxy.socks_version': 5,
  'network.proxy.socks_remote_dns': true,
  'network.proxy.no_proxies_on': '',
});

type Options = Parameters<typeof startPerson>[0];

async function newcomer(options: Omit<Options, 'folder'>): Promise<{ person: Person; page: Page }> {
  const artifacts = join('test-artifacts', 'no-way-around-tor');
  const who = await startPerson({ folder, artifacts, ...options });
  people.push(who);
  const page = await who.popup();
  await begin(page, who.name);
  return { person: who, page };
}

async function closeSocks({ controlPort, cookieFile }: TorClient): Promise<void> {
  const cookie = (await readFile(cookieFile)).toString('hex');
  const control = connect(controlPort, '127.0.0.1');
  control.write(`AUTHENTICATE ${cookie}\r\nSETCONF SocksPort=0\r\nQUIT\r\n`);
  let said = '';
  for await (const piece of control) said += String(piece);
  expect(said.match(/^250 /gm)).toHaveLength(3);
}

async function lookUpFails(page: Page, sentence: string): Promise<void> {
  await page.goto(page.url().replace(/#.*|$/, '#add'), { waitUntil: 'commit' });
  await page.getByLabel('Address or link').fill(address);
  await page.getByRole('button', { name: 'Look up' }).click();
  await page.getByRole('alert').getByText(sentence).waitFor({ timeout: 90_000 });
}

/** What a mistake of ours would do: it asks without having waited for a route. */
const asksUnasked = (page: Page) =>
  page.evaluate(
    (url) =>
      fetch(url).then(
        () => 'answered',
        () => 'failed',
      ),
    `http://${address}:25984/unasked`,
  );

const noRoute =
  'Network25 does not know yet whether it can go over Tor, so it sends nothing. Wait a moment and try again.';
const ofOnions = (trap: Trap) => trap.caught.filter((what) => what.includes('.onion'));

describe('nothing goes around Tor', () => {
  it('in plain Firefox without a companion, in one whose Tor dies, and behind a SOCKS server that is no Tor', async () => {
    const [client] = network.clients;
    if (!client) throw new Error('too few clients');
    const site = await startFakeSite(everyName, 25_984);
    const socks = await startFakeSocks();
    traps = [site, socks];
    const noTor = { socksPort: socks.port, controlPort: 1, cookieFile: '/nowhere' } as TorClient;

    const alone = await newcomer({
      name: 'Alone',
      mode: 'ordinary',
      host: false,
      prefs: resolvesOnions,
    });
    const widowed = await newcomer({
      name: 'Widowed',
      mode: 'ordinary',
      prefs: { ...resolvesOnions, ...companyProxy(socks.port) },
      environment: {
        TOR_CONTROL_PORT: String(client.controlPort),
        TOR_CONTROL_COOKIE_AUTH_FILE: client.cookieFile,
      },
    });
    const undecided = await newcomer({
      name: 'Undecided',
      mode: 'private',
      host: false,
      client: noTor,
    });
    const deceived = await newcomer({ name: 'Deceived', mode: 'private', client: noTor });

    await lookUpFails(widowed.page, 'Nobody answers at this address now.');
    // The companion still holds this Tor, but it lets nobody through any more.
    await closeSocks(client);
    expect(await asksUnasked(widowed.page)).toBe('failed');
    await lookUpFails(widowed.page, 'Nobody answers at this address now.');
    await client.kill();
    const successor = await startFakeSocks(client.socksPort);
    traps.push(successor);
    await widowed.page.getByText('Offline: the connection to Tor was lost').first().waitFor();

    const all = [alone, widowed, undecided, deceived];
    for (const { page } of all) expect(await asksUnasked(page)).toBe('failed');
    await Promise.all(all.map(({ page }) => lookUpFails(page, noRoute)));
    for (const { person: who, page } of all) await who.screenshot(page, who.name.toLowerCase());

    expect(site.caught).toEqual([]);
    expect(ofOnions(socks)).toEqual([]);
    expect(ofOnions(successor)).toEqual([]);

    // The traps work: what these browsers' own pages ask for does end there.
    const strays = [alone, widowed, undecided, deceived].map(({ person: who }) =>
      who.visit(`http://${address}:25984/stray`).then(
        () => 'answered',
        () => 'failed',
      ),
    );
    expect(await Promise.all(strays)).toEqual(['answered', 'failed', 'failed', 'failed']);
    expect(site.caught).toContain('GET /stray HTTP/1.1');
    expect(new Set(ofOnions(socks))).toEqual(new Set([`${address}:25984`]));
  });
});
