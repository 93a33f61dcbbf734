import { toBase64Url, utf8 } from '../bytes.ts';
import { sha256 } from '../sodium.ts';

/** How long a server lets in who holds a token. */
export const tokenMilliseconds = 3_600_000;

/** SHA-256 of the token's text, as base64url: all that a server keeps of it. */
export function tokenHash(token: string): string {
  return toBase64Url(sha256(utf8(token)));
}
