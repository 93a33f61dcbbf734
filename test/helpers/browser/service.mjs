import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What a service manager would start for this person's only browser profile. Resolves once the service has the
 * data: not before the browser's own host has ended.
 * @param {{ dist: string, data: string, environment: Record<string, string> }} options
 */
export async function startService({ dist, data, environment }) {
  const [profile, ...others] = await readdir(join(data, 'profiles'));
  if (profile === undefined || others.length > 0)
    throw new Error('There is more than one profile.');
  const directory = join(data, 'profiles', profile);
  const launcher = join(dist, 'host', 'network25-host');
  const child = spawn(launcher, ['service', 'run', '--data', directory], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  let said = '';
  const serves = new Promise((resolve) => {
    child.stdout.on('data', (text) => {
      said += String(text);
      if (said.includes('Serving')) resolve(true);
    });
  });
  if (await Promise.race([serves, ended.then(() => false)])) return { close };
  throw new Error(`The service ended: ${said}`);
}
