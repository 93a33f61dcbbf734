import { CodedError } from '../protocol/codes.ts';

/**
 * The JSON in an answer, never holding more than `most` bytes of it. Rejects with CodedError
 * 'peer-not-network25' when it isn't JSON by its own account, 'too-large', or 'malformed'; and with
 * whatever reading the body throws.
 */
export async function readJson(
  response: Response,
  most: number,
  onPiece: () => void,
): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    await response.body?.cancel();
    throw new CodedError('peer-not-network25');
  }
  const text = await readText(response, most, onPiece);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CodedError('malformed', 'json');
  }
}

async function readText(response: Response, most: number, onPiece: () => void): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parts: string[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      onPiece();
      size += value.byteLength;
      if (size > most) throw new CodedError('too-large');
      parts.push(decode(decoder, value));
    }
    parts.push(decode(decoder));
    return parts.join('');
  } finally {
    // Of no effect after the end; before it, this is what stops the sender.
    await reader.cancel().catch(() => undefined);
  }
}

function decode(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch {
    throw new CodedError('malformed', 'utf-8');
  }
}
