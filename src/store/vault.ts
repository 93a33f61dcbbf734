import { CodedError } from '../protocol/codes.ts';
import { fromUtf8, utf8 } from '../domain/bytes.ts';
import type { Random } from '../domain/sodium.ts';
import { openVaultEntry, sealVaultEntry, vaultEntryId } from '../domain/vault/seal.ts';
import type { Json, Vault } from './ports.ts';
import { serial } from './serial.ts';
import type { VaultHome } from './vault-home.ts';

/**
 * Opens the vault and holds all of it in memory. Entries that don't open are left where they are and
 * counted in `damaged`; when none opens, the key is wrong or the data gone bad: CodedError 'data-damaged'.
 */
export async function openVault(
  home: VaultHome,
  key: Uint8Array,
  random: Random,
): Promise<{ vault: Vault; damaged: number }> {
  const sealed = await home.load();
  const values = new Map<string, Json>();
  let damaged = 0;
  for (const entry of sealed) {
    const opened = openVaultEntry(key, entry);
    const text = opened.ok ? fromUtf8(opened.value.value) : opened;
    if (opened.ok && text.ok) values.set(opened.value.name, JSON.parse(text.value));
    else damaged += 1;
  }
  if (damaged > 0 && values.size === 0) throw new CodedError('data-damaged', 'vault');
  return { vault: vaultOver(home, values, sealer(key, random)), damaged };
}

type Sealer = (name: string, text: string | undefined) => { id: string; c?: string };

function sealer(key: Uint8Array, random: Random): Sealer {
  return (name, text) =>
    text === undefined
      ? { id: vaultEntryId(key, name) }
      : sealVaultEntry(key, name, utf8(text), random);
}

function vaultOver(home: VaultHome, values: Map<string, Json>, seal: Sealer): Vault {
  const oneByOne = serial();

  const putMany: Vault['putMany'] = (changes) => {
    // As text from here on: what the caller changes afterwards is none of this write.
    const texts = [...new Map(changes)].map(
      ([name, value]) => [name, value === undefined ? undefined : JSON.stringify(value)] as const,
    );
    return oneByOne(async () => {
      await home.write(texts.map(([name, text]) => seal(name, text)));
      for (const [name, text] of texts) {
        if (text === undefined) values.delete(name);
        else values.set(name, JSON.parse(text));
      }
    });
  };

  return {
    get: (name) => values.get(name),
    entries: (prefix) =>
      [...values]
        .filter(([name]) => name.startsWith(prefix))
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    putMany,
    put: (name, value) => putMany([[name, value]]),
    remove: (name) => putMany([[name, undefined]]),
  };
}
