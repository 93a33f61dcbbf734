import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { serviceUnit } from '../../native-host/install/service-unit.ts';
import { buildHost, type BuiltHost, profile, quietEnvironment } from './native-host-process.ts';

let built: BuiltHost;
let unit = '';
let asked = '';

beforeAll(() => {
  built = buildHost();
  unit = join(built.folder, 'home', '.config', 'systemd', 'user', 'network25.service');
  asked = join(built.folder, 'bin', 'asked');
});
beforeEach(() => {
  mkdirSync(join(built.folder, 'home'));
  mkdirSync(join(built.folder, 'bin'));
});
afterEach(() => {
  for (const folder of ['home', 'data', 'bin']) {
    rmSync(join(built.folder, folder), { recursive: true, force: true });
  }
});
afterAll(() => built.remove());

/** A systemctl that notes what it is asked and says yes or no. */
function withSystemctl(status: number): void {
  const script = join(built.folder, 'bin', 'systemctl');
  writeFileSync(script, `#!/bin/sh\necho "$@" >> '${asked}'\nexit ${status}\n`);
  chmodSync(script, 0o755);
}

function withProfile(name = profile): string {
  const directory = join(built.folder, 'data', 'profiles', name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

const service = (...words: string[]) => run('service', ...words);

function run(...words: string[]) {
  // The real one must not be found; what the launcher needs of the system is run by its full path.
  const main = join(built.folder, 'host', 'main.js');
  const done = spawnSync(process.execPath, [main, ...words], {
    env: { ...quietEnvironment(built.folder), PATH: join(built.folder, 'bin') },
    encoding: 'utf8',
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

const asks = () => (existsSync(asked) ? readFileSync(asked, 'utf8').trim().split('\n') : []);

test('install writes a unit that may write in one folder only, and has systemd start it', () => {
  withSystemctl(0);
  const directory = withProfile();
  const { code, out } = service('install');
  expect(code).toBe(0);
  expect(out).toContain(unit);
  expect(out).toContain('no key on the disk');
  const text = readFileSync(unit, 'utf8');
  expect(statSync(unit).mode & 0o777).toBe(0o600);
  for (const line of [
    `ExecStart="${join(built.folder, 'host', 'network25-host')}" service run --data "${directory}"`,
    `ReadWritePaths="${directory}"`,
    'NoNewPrivileges=yes',
    'PrivateTmp=yes',
    'ProtectSystem=strict',
    'UMask=0077',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(asks()).toEqual(['--user daemon-reload', '--user enable --now network25.service']);
  expect(service('uninstall').code).toBe(0);
  expect(existsSync(unit)).toBe(false);
  expect(asks().slice(2)).toEqual([
    '--user disable --now network25.service',
    '--user daemon-reload',
  ]);
  expect(existsSync(directory)).toBe(true);
});

test('only who asks for it has keys kept on the disk, is told which, and has them erased again', () => {
  withSystemctl(0);
  const file = join(withProfile(), 'always-on');
  expect(service('install').code).toBe(0);
  expect(existsSync(file)).toBe(false);
  const { out } = service('install', '--keep-keys');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  for (const what of [
    file,
    'key of your address',
    'list of your friends',
    'transport key',
    'public page',
  ]) {
    expect(out).toContain(what);
    expect(service('status').out).toContain(what);
  }
  expect(run('doctor').out).toContain(
    `keys in the clear, to come up without the browser (your choice): ${file}`,
  );
  service('install');
  expect(existsSync(file)).toBe(false);
  expect(run('doctor').out).not.toContain('keys in the clear');
  service('install', '--keep-keys');
  service('uninstall');
  expect(existsSync(file)).toBe(false);
});

test('without systemd, or when it says no, the unit is there and the rest is said', () => {
  withProfile();
  for (const prepare of [() => {}, () => withSystemctl(1)]) {
    prepare();
    const { code, err } = service('install');
    expect(code).toBe(1);
    expect(err).toContain('systemctl --user enable --now network25.service');
    expect(existsSync(unit)).toBe(true);
    rmSync(unit);
  }
});

test('without data there is nothing to serve, and of several profiles one has to be named', () => {
  withSystemctl(0);
  expect(service('install')).toMatchObject({ code: 1, err: expect.stringContaining('no data') });
  const [first, second] = [withProfile(), withProfile('f'.repeat(32))];
  const { code, err } = service('install');
  expect(code).toBe(1);
  for (const directory of [first, second]) expect(err).toContain(directory);
  expect(asks()).toEqual([]);
  expect(service('install', '--data', second).code).toBe(0);
  expect(readFileSync(unit, 'utf8')).toContain(second);
});

test('a unit of the same name that somebody else wrote is left alone', () => {
  withSystemctl(0);
  withProfile();
  mkdirSync(join(unit, '..'), { recursive: true });
  writeFileSync(unit, '[Service]\n');
  for (const word of ['install', 'uninstall']) expect(service(word).code).toBe(1);
  expect(readFileSync(unit, 'utf8')).toBe('[Service]\n');
  expect(asks()).toEqual([]);
});

test('status says what is there; words that are no command are not understood', () => {
  withSystemctl(0);
  withProfile();
  expect(service('status')).toMatchObject({ code: 0, out: 'Not installed.\nNot running.\n' });
  service('install');
  expect(service('status')).toMatchObject({ code: 1, out: expect.stringContaining('Not running') });
  for (const words of [[], ['fly'], ['install', 'now'], ['status', '--data', '/x'], ['run']]) {
    expect(service(...words).code).toBe(2);
  }
});

test('what systemd would take for more than a name is written so that it does not', () => {
  const text = serviceUnit('/opt/a b/network25-host', '/home/an"n/50% $HOME\\x');
  expect(text).toContain(String.raw`--data "/home/an\"n/50%% $$HOME\\x"`);
  expect(text).toContain(String.raw`ReadWritePaths="/home/an\"n/50%% $HOME\\x"`);
});
