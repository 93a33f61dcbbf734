import { parseSpaceName } from '../../domain/space/name.ts';
import { toBase64Url } from '../../domain/bytes.ts';
import { CodedError } from '../../protocol/codes.ts';
import type { VaultChange } from '../../store/ports.ts';
import type { Home } from '../home.ts';
import { backupView, keepBackupView } from './backup-record.ts';
import { isOfSpaces, restoringEntry } from './left-out.ts';
import type { NewPlace } from './new-place.ts';
import type { Restores } from './restores.ts';
import { type BackupContents, Looker, Taker } from './takers.ts';

/** What becomes of a backup that comes in. */
export interface RestoreJob {
  readonly taker: Looker;
  /** All has come and was whole. */
  /** @param passphrase of who begins here with it */
  finish(passphrase?: string): Promise<void>;
  /** Nothing of it stays. */
  discard(): Promise<void>;
}

/** Only to see what is in it. */
export function lookJob(): RestoreJob {
  return { taker: new Looker(), finish: async () => undefined, discard: async () => undefined };
}

/** Everything, for somebody new: written where nobody is yet, and theirs at the end. */
export function wholeJob(restores: Restores): RestoreJob {
  const made: { place?: NewPlace } = {};
  const vault = () => {
    if (!made.place) throw new CodedError('internal');
    return made.place.home.vault;
  };
  const taker = new Taker({
    begin: async (root) => {
      made.place = await restores.begin(root);
      return made.place.home.stores;
    },
    wants: () => true,
    entries: (changes) => vault().putMany(changes),
  });
  return {
    taker,
    async finish(passphrase) {
      await taker.flush();
      // A life without a feed would be founded anew, over what is there.
      if (!made.place || vault().get('own/feed') === undefined) {
        throw new CodedError('backup-damaged');
      }
      const { number, made: time } = taker.contents;
      await keepBackupView(vault(), { ...backupView(vault()), last: { number, made: time } });
      await restores.finish(made.place, passphrase);
    },
    async discard() {
      if (made.place) await restores.drop(made.place);
    },
  };
}

/**
 * Spaces that are missing here, of the person who is here: their documents first, beside what there is; then, in
 * one write, what the vault knew of them. What is here already is never replaced.
 */
export async function spacesJob(
  restores: Restores,
  { stores, vault }: Home,
  root: Uint8Array,
  spaces: readonly string[],
): Promise<RestoreJob> {
  await eraseHalves({ stores, vault });
  const here = new Set(await stores.list());
  const names = spaces.flatMap((name) => {
    const space = parseSpaceName(name);
    return space.ok && !here.has(space.value) ? [space.value] : [];
  });
  const wanted = new Set<string>(names);
  const entries: VaultChange[] = [];
  const taker = new Taker({
    async begin(theirs) {
      if (toBase64Url(theirs) !== toBase64Url(root)) throw new CodedError('backup-others');
      await vault.putMany(names.map((name): VaultChange => [restoringEntry(name), true]));
      return stores;
    },
    wants: (space) => wanted.has(space),
    async entries(changes) {
      entries.push(...changes.filter(([name]) => isOfSpaces(name, wanted)));
    },
  });
  return {
    taker,
    async finish() {
      await taker.flush();
      await restores.refit(async (home) => {
        const missing = entries.filter(([name]) => home.vault.get(name) === undefined);
        const done = names.map((name): VaultChange => [restoringEntry(name), undefined]);
        await home.vault.putMany([...missing, ...done]);
      });
    },
    discard: () => eraseHalves({ stores, vault }),
  };
}

/** The spaces that were seen there, and whether each is here. */
export async function spacesIn({ spaces }: BackupContents, home: Home | undefined) {
  const here = new Set(home ? await home.stores.list() : []);
  const halves = new Set(home?.vault.entries(restoringEntry('')).map(([name]) => name));
  return spaces
    .filter(({ title }) => title !== '')
    .map((space) => ({
      ...space,
      here: here.has(space.name) && !halves.has(restoringEntry(space.name)),
    }));
}

async function eraseHalves({ stores, vault }: Home): Promise<void> {
  for (const [name] of vault.entries(restoringEntry(''))) {
    await stores.destroy(name.slice(restoringEntry('').length));
    await vault.remove(name);
  }
}
