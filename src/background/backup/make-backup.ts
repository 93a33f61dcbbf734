import { BackupWriter } from '../../domain/backup/container.ts';
import { isBackedUpDocument } from '../../domain/backup/record.ts';
import type { OnionAddress } from '../../domain/address.ts';
import { inboxSpace } from '../../domain/space/charter.ts';
import { parseSpaceName, type SpaceName } from '../../domain/space/name.ts';
import { readChanges } from '../../store/documents.ts';
import type { SpaceStores, Vault } from '../../store/ports.ts';
import { isBackedUp } from './left-out.ts';

export interface BackupSource {
  readonly identity: {
    readonly root: Uint8Array;
    readonly publicKey: Uint8Array;
    readonly address: OnionAddress;
  };
  readonly stores: SpaceStores;
  readonly vault: Vault;
  /** As the person sees it; `undefined` for what they don't. */
  readonly describe: (
    space: SpaceName,
  ) => { readonly title: string; readonly kind: string } | undefined;
}

/** How far it has come. */
export interface BackupProgress {
  readonly documents: number;
  readonly of: number;
}

/**
 * Everything of a person, as the lines of a backup, some at a time. The vault is taken as it is at the
 * beginning, before the documents: keys of then open what comes later, and not the other way round.
 * Of letters in the inbox none is: they are sealed to keys that no restored device has.
 */
export async function* makeBackup(
  { identity, stores, vault, describe }: BackupSource,
  { number, made }: { readonly number: number; readonly made: number },
  tell: (progress: BackupProgress) => void,
): AsyncGenerator<Uint8Array> {
  const writer = new BackupWriter();
  const { root, address, publicKey } = identity;
  const entries = vault.entries('').filter(([name]) => isBackedUp(name));
  const inbox = inboxSpace(publicKey).name;
  const spaces = (await stores.list()).flatMap((name) => {
    const space = parseSpaceName(name);
    return space.ok && space.value !== inbox ? [space.value] : [];
  });
  let of = 0;
  for (const name of spaces) of += (await (await stores.open(name)).info()).doc_count;
  let documents = 0;
  tell({ documents, of });

  yield writer.write({ is: 'header', number, made, address });
  yield writer.write({ is: 'root', root });
  for (const [name, value] of entries) yield writer.write({ is: 'entry', name, value });
  for (const name of spaces) {
    const { title, kind } = describe(name) ?? { title: '', kind: '' };
    yield writer.write({ is: 'space', name, title, kind });
    const database = await stores.open(name);
    let page = await readChanges(database, 0);
    for (;;) {
      // One document that nothing of ours has written must not make the whole unreadable.
      for (const document of page.documents.filter(isBackedUpDocument)) {
        yield writer.write({ is: 'document', document });
        documents += 1;
      }
      tell({ documents: Math.min(documents, of), of });
      if (!page.more) break;
      page = await readChanges(database, page.since);
    }
  }
  yield writer.finish();
}
