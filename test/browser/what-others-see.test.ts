import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { bundleLink } from '../../src/domain/types/bundle-link.ts';
import { person } from '../domain/people.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptRequest,
  askToBeFriends,
  createIdentity,
  lookUp,
  openConversation,
  seesMessage,
  sendMessage,
} from '../helpers/browser/acts.mjs';
import {
  type Mode,
  type Person,
  startPerson,
  watchOnionRequests,
} from '../helpers/browser/index.mjs';
import { startTorNetwork, type TorNetwork } from '../helpers/tor-network/index.mjs';
import { distOfEmptyAddon } from './in-addon/xpi.ts';
import { htmlAtRoot, type OnionSite, startOnionSite } from './onion-site.ts';

let network: TorNetwork;
let folder: string;

beforeAll(async () => {
  network = await startTorNetwork({ clients: 2 });
  folder = await mkdtemp(join(tmpdir(), 'n25-browser-'));
});

afterAll(async () => {
  await network.stop();
  await rm(folder, { recursive: true, force: true });
});

const start = (name: string, mode: Mode, client: number, more = {}) =>
  startPerson({
    name,
    folder: join(folder, mode),
    mode,
    network,
    ...(network.clients[client] && { client: network.clients[client] }),
    ...more,
  });

describe.each<{ mode: Mode }>([{ mode: 'private' }, { mode: 'ordinary' }])(
  'what a friend’s computer is sent in $mode mode',
  ({ mode }) => {
    let people: Person[] = [];

    afterAll(() => Promise.all(people.map((person) => person.close())));

    it('names neither the add-on nor the browser nor its languages, and remembers nothing', async () => {
      const [alice, bob] = (people = [await start('Alice', mode, 0), await start('Bob', mode, 1)]);
      if (!alice || !bob) throw new Error('nobody there');
      await createIdentity(alice);
      const address = await createIdentity(bob);
      const sent = [await watchOnionRequests(alice), await watchOnionRequests(bob)];
      const hers = await alice.popup('#add');
      await lookUp(hers, address);
      await askToBeFriends(hers, 'Bob', '');
      const his = await bob.popup('#friends');
      await acceptRequest(his, 'Alice');
      await openConversation(his, 'Alice');
      await sendMessage(his, 'Alice', 'between us');
      await hers.getByRole('link', { name: 'Done' }).click();
      await openConversation(hers, 'Bob');
      await seesMessage(hers, 'between us');

      const requests = (await Promise.all(sent.map((tell) => tell()))).flat();
      expect(requests.filter(({ method }) => method === 'POST').length).toBeGreaterThan(2);
      for (const { url, headers } of requests) {
        expect(url).toMatch(/^http:\/\/[a-z2-7]{56}\.onion:25984\//);
        expect(Object.keys(headers).filter((name) => !known.has(name))).toEqual([]);
        expect(headers).toMatchObject({ 'user-agent': 'Network25', 'accept-language': 'en' });
        expect(headers['origin'] ?? 'null').toBe('null');
      }
      expect(JSON.stringify(requests)).not.toMatch(new RegExp(`${alice.uuid}|${bob.uuid}`));
    });
  },
);

/** No cookie, no referrer, and nothing that is not thought of here. */
const known = new Set(
  (
    'host user-agent accept accept-language accept-encoding authorization content-type content-length ' +
    'origin connection priority pragma cache-control sec-gpc sec-fetch-dest sec-fetch-mode sec-fetch-site'
  ).split(' '),
);

describe('a page that wants to know who has Network25', () => {
  let site: OnionSite;

  afterAll(async () => {
    await site?.close();
  });

  it('sees no more than an add-on without any effect would show, even when it knows where to look', async () => {
    await sodiumReady();
    // The page is a Network25 person's own, or the add-on would not care about it.
    const { identity, bundle } = person('Carla');
    const html = curiousPage(bundleLink(bundle.document), uuid);
    site = await startOnionSite(network, 'curious', htmlAtRoot(html), identity);

    const withIt = await visit('with', { addon: true });
    const without = await visit('without', { addon: false });
    const withAnother = await visit('another', { dist: await distOfEmptyAddon(folder) });

    expect(withIt.report).toMatchObject({ read: [], heard: ['error', 'error', 'error'] });
    expect(withIt.report.probes).toEqual(['failed', 'failed', 'failed', 'failed']);
    expect(sorted(withIt)).toEqual(sorted(without));
    // In which order a window shows its names depends on when Firefox first ran anything in it: any add-on
    // with a script for the page, and how soon that was loaded, can show there. So orders are not compared.
    expect(sorted(withIt)).toEqual(sorted(withAnother));
  });

  const uuid = '5e0c1a52-7f7e-4a5c-9d55-0d6a2f2d1b11';

  async function visit(name: string, more: object): Promise<Visit> {
    const visitor = await start(name, 'private', 1, { host: false, uuid, ...more });
    site.seen.length = 0;
    const page = await visitor.visit(`http://${site.address}/`);
    const reported = () => site.seen.find(({ path }) => path === '/report');
    await expect.poll(() => reported() !== undefined, { timeout: 30_000 }).toBe(true);
    if (name === 'with') {
      await page.bringToFront();
      // Network25 was there, read the page and knows whose it is: there was something to notice.
      await expect.poll(async () => (await visitor.window.button()).title).toContain('person');
    }
    await page.close();
    await visitor.close();
    const report = v.parse(reportSchema, JSON.parse(reported()?.body ?? ''));
    const requests = site.seen.map(({ method, path, headers }) => ({
      method,
      path,
      headers: { ...headers, 'content-length': '' },
    }));
    return { report, requests };
  }
});

const reportSchema = v.looseObject({
  read: v.array(v.unknown()),
  probes: v.array(v.string()),
  globals: v.array(v.array(v.array(v.string()))),
});

interface Visit {
  report: v.InferOutput<typeof reportSchema>;
  requests: object[];
}

const sorted = ({ report, requests }: Visit): Visit => ({
  requests,
  report: {
    ...report,
    globals: report.globals.map((chain) => chain.map((names) => names.toSorted())),
  },
});

/** Looks at all a page can look at, from its first line to two seconds after it is complete. */
function curiousPage(bundle: string, uuid: string): string {
  const script = `
    const changes = [];
    new MutationObserver((records) => changes.push(...records.map(({ type, target, attributeName }) =>
      [type, target.nodeName, attributeName]))).observe(document, { subtree: true, childList: true,
      attributes: true, characterData: true });
    const heard = [];
    for (const type of ['message', 'error', 'unhandledrejection', 'storage', 'securitypolicyviolation'])
      addEventListener(type, () => heard.push(type), true);
    // Reading the attribute is the one thing done here: can a page notice it?
    const read = [];
    for (const name of ['querySelector', 'querySelectorAll']) {
      const real = Document.prototype[name];
      Document.prototype[name] = function (...args) { read.push(args); return real.apply(this, args); };
      const realOfElements = Element.prototype[name];
      Element.prototype[name] = function (...args) { read.push(args); return realOfElements.apply(this, args); };
    }
    const realAttribute = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (...args) { read.push(args); return realAttribute.apply(this, args); };
    const look = (thing) => {
      const names = [];
      for (let each = thing; each; each = Object.getPrototypeOf(each)) names.push(Object.getOwnPropertyNames(each));
      return names;
    };
    const loads = (tag, url) => new Promise((resolve) => {
      const element = document.createElement(tag);
      element.onload = () => resolve('loaded');
      element.onerror = () => resolve('failed');
      element[tag === 'link' ? 'href' : 'src'] = url;
      if (tag === 'link') element.rel = 'stylesheet';
      document.head.append(element);
      setTimeout(resolve, 3000, 'silence');
    });
    addEventListener('load', () => setTimeout(async () => {
      const html = document.documentElement.outerHTML;
      const before = [...changes];
      const base = 'moz-extension://${uuid}/';
      const probes = [
        await loads('img', base + 'icons/network25.svg'),
        await loads('script', base + 'content/content.js'),
        await loads('link', base + 'popup/popup.css'),
        await fetch(base + 'manifest.json').then(() => 'fetched', () => 'failed'),
      ];
      const report = { changes: before, heard, read, html, probes,
        globals: [look(window), look(document), look(navigator)],
        agent: navigator.userAgent, plugins: navigator.plugins.length,
        loaded: performance.getEntriesByType('resource').map(({ name }) => name) };
      await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
    }, 2000));`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Curious</title>
<script>${script}</script>
<link rel="network25" href="${bundle}"></head><body><p>Who are you?</p></body></html>`;
}
