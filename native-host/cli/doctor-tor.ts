import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Code, codeOf } from '../../src/protocol/codes.ts';
import type { Surroundings } from '../data-directory.ts';
import { diagnoseTor, type TorDiagnosis } from '../tor/diagnose.ts';

/** What there is of Tor, or why we could not even look: a value of `NETWORK25_TOR` we don't know. */
export type TorFindings = TorDiagnosis | { code: Code };

/** Looks at every place a Tor may be, and at the tor of the profile that was used last. */
export async function findTors(
  { env, platform }: Surroundings,
  dataRoot: string,
): Promise<TorFindings> {
  const uid = process.getuid?.();
  try {
    return await diagnoseTor({
      around: { environment: env, platform, ...(uid === undefined ? {} : { uid }) },
      dataDirectory: lastUsedProfile(dataRoot) ?? dataRoot,
      spawn,
    });
  } catch (error) {
    return { code: codeOf(error) };
  }
}

function lastUsedProfile(dataRoot: string): string | undefined {
  const profiles = join(dataRoot, 'profiles');
  try {
    return readdirSync(profiles)
      .map((name) => join(profiles, name))
      .map((path) => ({ path, used: statSync(path).mtimeMs }))
      .toSorted((a, b) => b.used - a.used)[0]?.path;
  } catch {
    return undefined;
  }
}
