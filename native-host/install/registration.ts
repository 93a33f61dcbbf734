import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Code, codeOf } from '../../src/protocol/codes.ts';
import { fileError, isFileError } from '../file-errors.ts';
import type { BrowserPlaces } from './browsers.ts';
import { launcherIn, manifestFileName, manifestText } from './native-manifest.ts';

/** What is at one place a browser looks: nothing, our manifest and the launcher it names, or another's file. */
export type Registered =
  | { state: 'absent' }
  | { state: 'ours'; launcher: string }
  | { state: 'foreign' }
  | { state: 'unreadable' };

export interface Change {
  browser: BrowserPlaces;
  file: string;
  outcome: 'written' | 'unchanged' | 'removed' | 'absent' | 'foreign' | 'failed';
  code?: Code;
}

export function readRegistration(file: string): Registered {
  try {
    const launcher = launcherIn(readFileSync(file, 'utf8'));
    return launcher === undefined ? { state: 'foreign' } : { state: 'ours', launcher };
  } catch (error) {
    return { state: isFileError(error, 'ENOENT', 'ENOTDIR') ? 'absent' : 'unreadable' };
  }
}

export function manifestFiles(browser: BrowserPlaces): string[] {
  return browser.directories.map((directory) => join(directory, manifestFileName));
}

/** Registers the launcher with each browser. A file of the same name that is not ours is left alone. */
export function register(browsers: BrowserPlaces[], launcher: string): Change[] {
  return eachFile(browsers, (file) => {
    const there = readRegistration(file);
    if (there.state === 'foreign' || there.state === 'unreadable') return 'foreign';
    if (there.state === 'ours' && there.launcher === launcher) return 'unchanged';
    mkdirSync(join(file, '..'), { recursive: true });
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, manifestText(launcher), { mode: 0o644 });
    renameSync(fresh, file);
    return 'written';
  });
}

/** Takes our manifests away and nothing else. */
export function unregister(browsers: BrowserPlaces[]): Change[] {
  return eachFile(browsers, (file) => {
    const there = readRegistration(file);
    if (there.state === 'absent') return 'absent';
    if (there.state !== 'ours') return 'foreign';
    rmSync(file);
    return 'removed';
  });
}

/** Two browsers may share a place; it is changed once. One failure does not keep the others from it. */
function eachFile(
  browsers: BrowserPlaces[],
  change: (file: string) => Change['outcome'],
): Change[] {
  const seen = new Set<string>();
  const changes: Change[] = [];
  for (const browser of browsers) {
    for (const file of manifestFiles(browser)) {
      if (seen.has(file)) continue;
      seen.add(file);
      try {
        changes.push({ browser, file, outcome: change(file) });
      } catch (error) {
        changes.push({ browser, file, outcome: 'failed', code: codeOf(fileError(error, file)) });
      }
    }
  }
  return changes;
}
