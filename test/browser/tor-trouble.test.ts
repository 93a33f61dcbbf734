import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begin, seesPost, writePost } from '../helpers/browser/acts.mjs';
import { type Person, startPerson } from '../helpers/browser/index.mjs';
import { startTorNetwork, type TorClient, type TorNetwork } from '../helpers/tor-network/index.mjs';

let network: TorNetwork;
let folder: string;
let ports: TorClient;
let alice: Person;
let connection: Page;

const soon = { timeout: 90_000 };
const password = 'open sesame';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'n25-browser-'));
  network = await startTorNetwork({ clients: 1 });
  const [client] = network.clients;
  if (!client) throw new Error('too few clients');
  // Its ports stay Alice's; what listens there changes.
  ports = client;
  await client.kill();
  alice = await startPerson({
    name: 'Alice',
    folder,
    mode: 'private',
    client,
    artifacts: join('test-artifacts', 'tor-trouble'),
    environment: { TOR_CONTROL_COOKIE_AUTH_FILE: '' },
  });
});

afterAll(async () => {
  await alice?.close();
  await network?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function torWithPassword(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('tor', ['--quiet', '--hash-password', password], {
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
  });
  return ['CookieAuthentication 0', `HashedControlPassword ${stdout.trim()}`];
}

async function giveThePassword(typed: string): Promise<void> {
  await connection.getByLabel('Control password of Tor').fill(typed);
  await connection.getByRole('button', { name: 'Use password' }).click();
}

const says = (text: string) => connection.getByText(text).first().waitFor(soon);

describe('when Tor can’t be used', { sequential: true }, () => {
  it('because there is none: it says what to do, and one can begin', async () => {
    const page = await alice.popup();
    await begin(page, 'Alice');
    await writePost(page, 'written without Tor');
    await page.getByText('Offline: Tor cannot be used').first().waitFor();
    await alice.screenshot(page, '01-no-tor');
    await page.close();
    connection = await alice.options('connection');
    await says('Offline: Tor cannot be used');
    await says(
      'No Tor was found on this computer. Start Tor Browser, or install Tor, then try again.',
    );
    expect(await connection.getByText('Being announced…').count()).toBe(0);
    await alice.screenshot(connection, '02-no-tor-connection');
  });

  it('because it wants a password: it asks for it, and again when it was wrong', async () => {
    const { socksPort, controlPort } = ports;
    const lines = await torWithPassword();
    const tor = await network.startClient({ name: 'guarded', socksPort, controlPort, lines });
    await tor.ready();
    await connection.getByRole('button', { name: 'Try again' }).click();
    await says(
      'Tor asks for its control password. Enter the right one in the connection settings.',
    );
    await giveThePassword('open barley');
    await expect
      .poll(() => connection.getByLabel('Control password of Tor').inputValue(), soon)
      .toBe('');
    await says(
      'Tor asks for its control password. Enter the right one in the connection settings.',
    );
    await alice.screenshot(connection, '03-asks-for-password');
  });

  it('goes on by itself once the password is right, with all that was written', async () => {
    await giveThePassword(password);
    await says('Friends can reach you');
    expect(await connection.getByLabel('Control password of Tor').count()).toBe(0);
    await alice.screenshot(connection, '04-mended');
    await connection.getByRole('button', { name: 'Test my address' }).click();
    await says('Your address answers. Friends can reach you.');
  });

  it('takes bridges for a Tor of its own, and tells what is no bridge', async () => {
    const lines = connection.getByLabel('Bridge lines');
    const use = connection.getByRole('button', { name: 'Use these bridges' });
    await lines.fill(`192.0.2.1:443 ${'A'.repeat(40)}\nbridge to nowhere`);
    await use.click();
    await says('This line is no bridge: line 2.');
    await lines.fill(`# mine\nBridge 192.0.2.1:443 ${'A'.repeat(40)}`);
    await use.click();
    await says('Network25 uses another Tor at the moment, so these bridges are not in use.');
    expect(await lines.inputValue()).toBe(`192.0.2.1:443 ${'A'.repeat(40)}`);
    await alice.screenshot(connection, '05-bridges');
    await connection.getByRole('button', { name: 'Use no bridges' }).click();
    await says('No bridges are set.');
    expect(await lines.inputValue()).toBe('');
  });

  it('says what it would keep to come up by itself, and does so only after a second yes', async () => {
    const choice = connection.getByRole('switch', {
      name: 'Let the companion program come up by itself',
    });
    const chosen = () => choice.getAttribute('aria-checked');
    await choice.press('Space');
    await connection.keyboard.press('Enter');
    expect(await connection.getByRole('dialog').count()).toBe(0);
    expect(await chosen()).toBe('false');
    await choice.press('Space');
    await connection.getByRole('button', { name: 'Keep it on this disk' }).press('Enter');
    await says('network25-host service install --keep-keys');
    await expect.poll(chosen).toBe('true');
    await choice.scrollIntoViewIfNeeded();
    await alice.screenshot(connection, '06-always-on');
    await choice.press('Space');
    await expect.poll(chosen).toBe('false');
    await connection.close();
    const page = await alice.popup('#feed');
    await seesPost(page, 'written without Tor');
    await page.close();
  });

  it('keeps no password: after a restart it asks again, and nothing is lost', async () => {
    await alice.restart();
    const page = await alice.popup('#feed');
    await seesPost(page, 'written without Tor');
    await page.close();
    connection = await alice.options('connection');
    await giveThePassword(password);
    await says('Friends can reach you');
  });
});
