import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildHost, type BuiltHost, HostProcess, quietEnvironment } from './native-host-process.ts';

/** Where the system has a place in memory, the host takes that before it takes a place on the disk. */
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const other = 'ffeeddccbbaa99887766554433221100';
const temporary = { temporary: true };

let built: BuiltHost;
let places: string[];
const running = new Set<HostProcess>();

beforeAll(() => {
  built = buildHost();
});
afterAll(() => built.remove());

beforeEach(() => {
  places = [mkdtempSync(join(memory, 'n25-run-')), mkdtempSync(join(tmpdir(), 'n25-tmp-'))];
});
afterEach(async () => {
  for (const host of running) {
    host.child.kill('SIGKILL');
    await host.exited;
  }
  running.clear();
  for (const place of places) rmSync(place, { recursive: true, force: true });
  rmSync(join(built.folder, 'data'), { recursive: true, force: true });
});

async function started(greeting: object, more: Record<string, string> = {}): Promise<HostProcess> {
  const [run = '', tmp = ''] = places;
  const surroundings = { XDG_RUNTIME_DIR: run, TMPDIR: tmp, ...more };
  const host = new HostProcess(built, quietEnvironment(built.folder, surroundings));
  running.add(host);
  host.hello(greeting);
  await host.waitFor('hello');
  return host;
}

const rootIn = (place: string) => join(place, `network25-${process.getuid?.() ?? 'own'}`);

/** The folders of hosts that keep nothing. */
const folders = () =>
  places.map(rootIn).flatMap((root) =>
    existsSync(root)
      ? readdirSync(root)
          .filter((name) => name.startsWith('profile-'))
          .map((name) => join(root, name))
      : [],
  );

describe('a host that keeps nothing', () => {
  test('has a folder of its own, for nobody else, which goes with it', async () => {
    const host = await started(temporary);
    expect((await host.fetch('PUT', '/blog')).status).toBe(201);
    expect((await host.fetch('PUT', '/blog/doc', { hello: 1 })).status).toBe(201);
    const [folder = '', ...rest] = folders();
    expect(rest).toEqual([]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toContain('databases');
    expect(existsSync(join(built.folder, 'data'))).toBe(false);
    expect(await host.end()).toBe(0);
    expect(folders()).toEqual([]);
    expect(existsSync(join(built.folder, 'data'))).toBe(false);
  });

  test.each([
    ['keeps nothing either', temporary],
    ['keeps a profile', {}],
  ])('and died is cleared away by the next one, which %s', async (_which, greeting) => {
    const dying = await started(temporary);
    const living = await started(temporary);
    const [first, second] = [dying, living];
    expect(folders()).toHaveLength(2);
    await first.fetch('PUT', '/blog');
    first.child.kill('SIGKILL');
    await first.exited;
    expect(folders()).toHaveLength(2);
    const next = await started({ profile: other, ...greeting });
    // Its own, if it has one, and that of the one that goes on.
    const left = 'temporary' in greeting ? 2 : 1;
    await vi.waitFor(() => expect(folders()).toHaveLength(left), { timeout: 20_000 });
    expect((await second.fetch('PUT', '/blog')).status).toBe(201);
    await next.end();
    await second.end();
    expect(folders()).toEqual([]);
  });

  test('begins empty each time, and comes up by nothing', async () => {
    const host = await started(temporary);
    await host.fetch('PUT', '/blog');
    host.send({ type: 'always-on', id: 1, on: true });
    expect(await host.waitFor('always-on')).toEqual({
      type: 'always-on',
      id: 1,
      code: 'not-allowed',
    });
    await host.end();
    const next = await started(temporary);
    expect((await next.fetch('GET', '/blog')).status).toBe(404);
  });

  test('follows no link that somebody laid where its folder would be', async () => {
    const [run = '', tmp = ''] = places;
    const trap = join(tmp, 'trap');
    mkdirSync(trap);
    symlinkSync(trap, rootIn(run));
    const host = await started(temporary);
    expect(readdirSync(trap)).toEqual([]);
    expect((await host.fetch('PUT', '/blog')).status).toBe(201);
    await host.end();
  });
});
