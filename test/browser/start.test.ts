import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagesAreStale } from '../../scripts/lib/packages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = join(root, 'scripts', 'start.mjs');

let home: string;
beforeAll(async () => {
  // It would install them first, below the feet of whatever else runs here.
  if (packagesAreStale(root)) throw new Error('package-lock.json is newer: run npm ci first.');
  home = await mkdtemp(join(tmpdir(), 'n25-start-'));
});
afterAll(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));

/** `npm start` in that home and without a display, until it says the address; then ended as a service is. */
async function start(): Promise<{
  address: string | undefined;
  code: number | null;
  said: string;
}> {
  const child = spawn(process.execPath, [script], {
    // No Tor is looked for but one that a browser names: nothing goes online.
    env: {
      ...process.env,
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
      HOME: home,
      XDG_DATA_HOME: join(home, '.local', 'share'),
      USER: 'ada',
      NETWORK25_TOR: 'environment',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let said = '';
  let asked = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (asked || !said.includes('Running.')) return;
      // Once only: as with a second Ctrl-C, a second signal would end it in the middle of closing.
      asked = child.kill('SIGTERM');
    });
  }
  const code = await ended;
  return { address: /[a-z2-7]{56}\.onion/.exec(said)?.[0], code, said };
}

describe('npm start', () => {
  it('finds the same person again, and is registered in the home it was started in', async () => {
    const first = await start();
    expect(first.address, first.said).toBeDefined();
    expect(first.code, first.said).toBe(0);
    const second = await start();
    expect(second.address, second.said).toBe(first.address);
    const manifest: unknown = JSON.parse(
      await readFile(join(home, '.mozilla/native-messaging-hosts/network25.json'), 'utf8'),
    );
    expect(manifest).toMatchObject({ name: 'network25', type: 'stdio' });
  });
});
