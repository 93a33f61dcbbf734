import type { AccessList } from '../src/protocol/access-list.ts';
import { type Code, codeOf } from '../src/protocol/codes.ts';
import type { AccessControl } from './endpoint/access/access.ts';
import { fileError } from './file-errors.ts';
import type { SealedAccess } from './sealed-access.ts';

/** What the host says to an access list. */
export interface AccessInForce {
  /** Of the list in force now: higher than that of the list given, if that was refused as too old. */
  readonly version: number;
  /** Why there is no sealed copy (`disk-full` …), or that the last one was of no use (`data-damaged`). */
  readonly code?: Code;
}

/** Puts lists in force, and keeps a sealed copy of the last so that no older one is taken after a restart. */
export interface AccessKeeper {
  /**
   * The list is in force at once, but for the first in this process, which waits for the copy to be read. Resolves
   * when the new copy is on the disk, or can't be. Never rejects.
   */
  take(list: AccessList, key: Uint8Array): Promise<AccessInForce>;
}

export function createAccessKeeper(access: AccessControl, sealed: SealedAccess): AccessKeeper {
  let isRead = false;
  let reading: Promise<Code | undefined> | undefined;
  let writing: Promise<Code | undefined> = Promise.resolve(undefined);

  /** The copy is in force until the add-on says something newer: who was removed stays so. */
  const readCopy = async (key: Uint8Array): Promise<Code | undefined> => {
    try {
      const copy = await sealed.read(key);
      if (copy === 'damaged') return 'data-damaged';
      if (copy) access.set(copy);
      return undefined;
    } catch (error) {
      return codeOf(fileError(error, 'access list'));
    } finally {
      isRead = true;
    }
  };
  const write = async (list: AccessList, key: Uint8Array): Promise<Code | undefined> => {
    // A newer one waits to be written.
    if (list.version < access.version) return undefined;
    try {
      await sealed.write(key, list);
      return undefined;
    } catch (error) {
      return codeOf(fileError(error, 'access list'));
    }
  };
  return {
    async take(list, key) {
      let code: Code | undefined;
      if (!isRead) {
        const isFirst = reading === undefined;
        reading ??= readCopy(key);
        const found = await reading;
        if (isFirst) code = found;
      }
      if (access.set(list)) {
        writing = writing.then(() => write(list, key));
        code = (await writing) ?? code;
      }
      return { version: access.version, ...(code === undefined ? {} : { code }) };
    },
  };
}
