import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { concat, utf8 } from '../src/domain/bytes.ts';
import { domainString } from '../src/domain/hash.ts';
import { pad, unpad } from '../src/domain/padding.ts';
import { randomBytes, xchachaOpen, xchachaSeal } from '../src/domain/sodium.ts';
import { type AccessList, accessListSchema } from '../src/protocol/access-list.ts';
import { asBytes } from './bytes.ts';
import { isFileError } from './file-errors.ts';

/**
 * The access list on the disk, for who holds its key; to others it is noise of about its size: nonce (24 bytes) ‖
 * XChaCha20-Poly1305 of the padded JSON. Who can write the file can set it back to an older one.
 */
export interface SealedAccess {
  /** `undefined` if there is none yet; `damaged` for what doesn't open by this key. Throws what the system says. */
  read(key: Uint8Array): Promise<AccessList | 'damaged' | undefined>;
  /** Takes its place whole or not at all, and is on the disk when this resolves. Throws what the system says. */
  write(key: Uint8Array, list: AccessList): Promise<void>;
}

const nonceBytes = 24;
/** More than the largest list takes. */
const mostBytes = 33_554_432;

/** @param file in a folder that is there; another beside it is used for a moment */
export function sealedAccess(file: string): SealedAccess {
  return {
    async read(key) {
      const sealed = await readFile(file).catch((error: unknown) => {
        if (isFileError(error, 'ENOENT')) return undefined;
        throw error;
      });
      return sealed === undefined ? undefined : (openList(key, asBytes(sealed)) ?? 'damaged');
    },
    async write(key, list) {
      const nonce = randomBytes(nonceBytes);
      const bytes = utf8(JSON.stringify(withoutGates(list)));
      await replace(file, concat(nonce, xchachaSeal(cipher(key, nonce), pad(bytes))));
    },
  };
}

const cipher = (key: Uint8Array, nonce: Uint8Array) => ({
  key,
  nonce,
  associated: domainString('host-access-list'),
});

/** Gate keys are lent to memory only: what is written once may stay readable in a disk's spare blocks. */
function withoutGates(list: AccessList): AccessList {
  const spaces = list.spaces.map(({ name, door, readers }) => ({ name, door, readers }));
  return { ...list, spaces };
}

function openList(key: Uint8Array, sealed: Uint8Array): AccessList | undefined {
  if (sealed.length < nonceBytes || sealed.length > mostBytes) return undefined;
  const nonce = sealed.subarray(0, nonceBytes);
  const padded = xchachaOpen(cipher(key, nonce), sealed.subarray(nonceBytes));
  const bytes = padded && unpad(padded);
  if (!bytes?.ok) return undefined;
  try {
    const list: unknown = JSON.parse(new TextDecoder().decode(bytes.value));
    const decoded = v.safeParse(accessListSchema, list);
    return decoded.success ? decoded.output : undefined;
  } catch {
    return undefined;
  }
}

/** Whatever happens on the way, the file is the old one or the new one. */
async function replace(file: string, bytes: Uint8Array): Promise<void> {
  const beside = `${file}.new`;
  const handle = await open(beside, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
  // Its name is on the disk only when the folder is. (Windows has no such call.)
  if (process.platform === 'win32') return;
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
