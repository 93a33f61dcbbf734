import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { profilesFolder } from '../data-directory.ts';
import { nameOfFolder } from '../store/database-name.ts';
import { damagedMark, levelFolder } from '../store/folders.ts';
import { examineLevel } from '../store/integrity/examine.ts';
import { tornMark } from '../store/open-checked.ts';
import { databasesFolder } from '../store/store.ts';

export interface DamagedDatabase {
  database: string;
  /** The file that is not what was written. */
  path: string;
  what: 'missing' | 'changed' | 'cut short';
}

export interface DatabaseFindings {
  looked: number;
  damaged: DamagedDatabase[];
  /** What was kept of damage before: whole databases, and logs whose end was torn. */
  kept: string[];
}

/** Reads every database's files beside whoever serves them; opens none, changes nothing. */
export async function findDamage(root: string): Promise<DatabaseFindings> {
  const findings: DatabaseFindings = { looked: 0, damaged: [], kept: [] };
  for (const profile of await entries(join(root, profilesFolder))) {
    const databases = join(root, profilesFolder, profile, databasesFolder);
    for (const folder of await entries(databases)) {
      const place = join(databases, folder);
      if (folder.includes(damagedMark)) findings.kept.push(place);
      const database = nameOfFolder(folder);
      if (database === undefined) continue;
      findings.looked += 1;
      for (const file of await entries(place)) {
        if (file.startsWith(tornMark)) findings.kept.push(join(place, file));
      }
      const level = join(place, levelFolder);
      const damage = await damageOf(level);
      if (damage) {
        const { file, what } = damage;
        findings.damaged.push({ database, path: join(level, file), what });
      }
    }
  }
  return findings;
}

/** Files come and go while a host is at work; what is damaged stays so. */
async function damageOf(level: string) {
  for (let attempt = 1; ; attempt += 1) {
    const { damage } = await examineLevel(level, new Set());
    if (!damage || attempt === 3) return damage;
  }
}

async function entries(folder: string): Promise<string[]> {
  const found: string[] = await readdir(folder).catch(() => []);
  return found.toSorted();
}
