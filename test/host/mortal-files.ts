import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const changing = ['open', 'rename', 'rm', 'cp', 'mkdir', 'writeFile'] as const;

/**
 * Node's own file system, for one run of something: after so many calls that change anything this process is as good as
 * dead, and no call does anything any more; or the disk is full, and only what makes no room fails.
 *
 * @returns whether it came to that
 */
export async function withMortalFiles(
  after: number,
  kind: 'death' | 'full-disk',
  run: () => Promise<void>,
): Promise<boolean> {
  const real = Object.fromEntries(changing.map((name) => [name, Reflect.get(fs, name)]));
  let calls = 0;
  let came = false;
  for (const name of changing) {
    const makesRoom = name === 'rm' || name === 'rename';
    const wrapped = async (...args: unknown[]): Promise<unknown> => {
      calls += 1;
      if (calls > after && !(kind === 'full-disk' && makesRoom)) {
        came = true;
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      }
      return Reflect.apply(real[name] as () => Promise<unknown>, fs, args);
    };
    Reflect.set(fs, name, wrapped);
  }
  syncBuiltinESMExports();
  try {
    await run().catch((error: unknown) => {
      if (!came) throw error;
    });
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
  return came;
}
