import * as v from 'valibot';
import { destroyHostDatabase, eraseAtHost } from '../store/host-database.ts';
import type { Fetch, Vault } from '../store/ports.ts';
import { serial } from '../store/serial.ts';

/**
 * What is to be erased from the host's replicas too (storage mode 'indexeddb'). Erasing does not replicate:
 * it is a call of its own, and one that is made later when the host isn't there.
 */
export interface HostErasing {
  /** Remembered when it resolves, and done as soon as it can be. */
  erase(space: string, ids: readonly string[]): Promise<void>;
  /** The whole replica; the space must have been taken out of what is replicated before. */
  destroy(space: string): Promise<void>;
  /** The host is back: what waited is done now. Never rejects. */
  wake(): Promise<void>;
}

export interface HostErasingPorts {
  readonly vault: Vault;
  /** The tunnel. */
  readonly host: Fetch;
}

const prefix = 'host-erasing/';

/** `ids` of documents; `null` for the whole database. */
const recordSchema = v.strictObject({ ids: v.nullable(v.array(v.string())) });

export function createHostErasing({ vault, host }: HostErasingPorts): HostErasing {
  const oneByOne = serial();

  const waitingFor = (space: string) => {
    const record = v.safeParse(recordSchema, vault.get(prefix + space));
    return record.success ? record.output.ids : [];
  };

  const remember = async (space: string, ids: readonly string[] | null) => {
    const before = waitingFor(space);
    const all = ids === null || before === null ? null : [...new Set([...before, ...ids])];
    await vault.put(prefix + space, { ids: all });
  };

  const doAll = () =>
    oneByOne(async () => {
      for (const [name] of vault.entries(prefix)) {
        const space = name.slice(prefix.length);
        const ids = waitingFor(space);
        if (ids === null) await destroyHostDatabase(host, space);
        else await eraseAtHost(host, space, ids);
        // More may have come meanwhile.
        const more = waitingFor(space);
        const left = more && ids && more.filter((id) => !ids.includes(id));
        if (left === null ? ids === null : left.length === 0) await vault.remove(name);
        else await vault.put(name, { ids: left });
      }
    });

  return {
    async erase(space, ids) {
      if (ids.length === 0) return;
      await remember(space, ids);
      await doAll().catch(() => undefined);
    },
    async destroy(space) {
      await remember(space, null);
      await doAll().catch(() => undefined);
    },
    wake: () => doAll().catch(() => undefined),
  };
}
