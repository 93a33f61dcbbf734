import { fromBase64Url, toBase64Url } from '../../domain/bytes.ts';
import type { SheetKeys } from '../../domain/vault/key-sheet.ts';
import { CodedError } from '../../protocol/codes.ts';
import type { StoredKeys } from '../local-settings.ts';

/** For the sheet. Throws CodedError `data-damaged` for what is no base64url. */
export function sheetKeysOf({ root, device, vault, leaving }: StoredKeys): SheetKeys {
  return {
    root: bytes(root),
    device: bytes(device),
    vault: bytes(vault),
    ...(leaving === undefined ? {} : { leaving: bytes(leaving) }),
  };
}

/** As the rest of the background knows them. */
export function storedKeysOf({ root, device, vault, leaving }: SheetKeys): StoredKeys {
  return {
    version: 1,
    root: toBase64Url(root),
    device: toBase64Url(device),
    vault: toBase64Url(vault),
    ...(leaving === undefined ? {} : { leaving: toBase64Url(leaving) }),
  };
}

function bytes(text: string): Uint8Array {
  const decoded = fromBase64Url(text);
  if (!decoded.ok) throw new CodedError('data-damaged', 'keys');
  return decoded.value;
}
