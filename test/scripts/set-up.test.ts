import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkNode, isNewEnough } from '../../scripts/lib/node-version.mjs';
import { isOffline, packagesAreStale } from '../../scripts/lib/packages.mjs';
import { withoutDaemons } from '../../scripts/lib/quiet-daemons.mjs';
import { planFor } from '../../scripts/lib/system-packages.mjs';

const folder = mkdtempSync(join(tmpdir(), 'n25-set-up-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('Node', () => {
  test.each(['20.19.0', '20.19.43', '20.20.2', '22.0.0', '26.1.0'])('%s will do', (version) => {
    expect(isNewEnough(version)).toBe(true);
  });

  test.each(['20.18.9', '18.20.8', '19.9.0', '8.0.0'])('%s will not', (version) => {
    expect(isNewEnough(version)).toBe(false);
  });

  test('one that is too old is told which is needed', () => {
    expect(() => checkNode('18.20.8')).toThrow(
      /needs Node 20\.19 or later, and this is Node 18\.20\.8/,
    );
  });

  test('the version asked for is the one in package.json', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      engines: { node: string };
    };
    expect(engines.node).toBe('>=20.19');
  });
});

describe('npm packages', () => {
  const asked = join(folder, 'package-lock.json');
  const there = join(folder, 'node_modules', '.package-lock.json');
  const put = (file: string, time: number) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '{}');
    utimesSync(file, time, time);
  };

  test('are installed when there are none, and when others are asked for since', () => {
    put(asked, 1_000);
    expect(packagesAreStale(folder)).toBe(true);
    put(there, 1_001);
    expect(packagesAreStale(folder)).toBe(false);
    put(asked, 1_002);
    expect(packagesAreStale(folder)).toBe(true);
  });

  test('a registry out of reach is told from a mistake', () => {
    expect(isOffline('npm error code ENOTFOUND\nnpm error network request failed')).toBe(true);
    expect(isOffline('npm error code EAI_AGAIN')).toBe(true);
    expect(isOffline('npm error code EUSAGE\nnpm error `npm ci` can only install …')).toBe(false);
  });
});

describe('system packages', () => {
  const debian = { platform: 'linux', root: false, apt: true, systemd: true } as const;

  test('nothing is done when nothing is missing', () => {
    expect(planFor([], debian)).toEqual({ install: [] });
  });

  test('root on Debian gets them installed, each once', () => {
    expect(planFor(['tor', 'tor-gencert', 'firefox'], { ...debian, root: true })).toEqual({
      install: ['tor', 'firefox-esr', 'fonts-dejavu-core'],
    });
  });

  test('anybody else gets the one command, which keeps tor from starting', () => {
    const { tell } = planFor(['tor', 'firefox'], debian);
    expect(tell).toContain('needs tor and firefox');
    expect(tell).toContain(
      'sudo systemctl mask tor.service && sudo apt-get install tor firefox-esr fonts-dejavu-core',
    );
    expect(planFor(['firefox'], debian).tell).not.toContain('mask');
    expect(planFor(['tor'], { ...debian, systemd: false }).tell).not.toContain('systemctl');
  });

  test('a Mac is told of Homebrew, another Linux of its own packages, also for root', () => {
    const mac = planFor(['tor', 'tor-gencert', 'firefox'], { ...debian, platform: 'darwin' });
    expect(mac.tell).toContain('brew install tor && brew install --cask firefox@esr');
    expect(planFor(['tor'], { ...debian, apt: false, root: true }).tell).toContain('tor');
  });
});

describe('while packages are installed no daemon may start', () => {
  const policy = join(folder, 'policy-rc.d');
  const during = () =>
    withoutDaemons(async () => Promise.resolve(readFileSync(policy, 'utf8')), policy);

  test('and a policy that was there before is there again', async () => {
    writeFileSync(policy, '#!/bin/sh\nexit 104\n', { mode: 0o755 });
    expect(await during()).toMatch(/^exit 101$/m);
    expect(readFileSync(policy, 'utf8')).toContain('exit 104');
    expect(statSync(policy).mode & 0o777).toBe(0o755);
    rmSync(policy);
  });

  test('and where there was none there is none afterwards, whatever happens', async () => {
    await expect(
      withoutDaemons(() => Promise.reject(new Error('no network')), policy),
    ).rejects.toThrow('no network');
    expect(existsSync(policy)).toBe(false);
  });

  test('a run that was killed in the middle leaves nothing behind after the next', async () => {
    const ours = await during();
    writeFileSync(policy, ours);
    await during();
    expect(existsSync(policy)).toBe(false);

    writeFileSync(policy, ours);
    writeFileSync(`${policy}.before-network25`, 'theirs');
    await during();
    expect(readFileSync(policy, 'utf8')).toBe('theirs');
    expect(existsSync(`${policy}.before-network25`)).toBe(false);
  });
});
