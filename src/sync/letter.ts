import { parseAddress, publicKeyFromAddress } from '../domain/address.ts';
import { fromBase64Url, toBase64Url, utf8 } from '../domain/bytes.ts';
import { deliveryHash, searchWork } from '../domain/peer-handshake/work.ts';
import { CodedError } from '../protocol/codes.ts';
import { type Clock, sleep } from '../store/clock.ts';
import type { PeerClient, WorkAsked, WorkDone } from './peer-client.ts';
import type { Delivery, PushOutcome } from './ports.ts';
import { pushFailed } from './push.ts';

/** About ten milliseconds at a time: whatever else there is to do gets its turn. */
const triesAtOnce = 4_096;

/**
 * The work that an inbox asks of strangers, for one letter to this address. Takes seconds, or minutes where
 * the inbox is nearly full. Rejects with 'cancelled' by `signal`, and 'malformed' for an address that is none.
 */
async function workFor(
  { address, id }: { readonly address: string; readonly id: string },
  { nonce, bits }: WorkAsked,
  clock: Clock,
  signal: AbortSignal,
): Promise<WorkDone> {
  const parsed = parseAddress(address);
  const bytes = fromBase64Url(nonce);
  if (!parsed.ok || !bytes.ok) throw new CodedError('malformed', '_work');
  const recipient = publicKeyFromAddress(parsed.value);
  const challenge = { recipient, nonce: bytes.value, delivery: deliveryHash(utf8(id)) };
  for (let first = 0; ; first += triesAtOnce) {
    const found = searchWork(challenge, bits, first, triesAtOnce);
    if (found) return { nonce, solution: toBase64Url(found) };
    await sleep(clock, 0, signal);
    if (signal.aborted) throw new CodedError('cancelled');
  }
}

export interface LetterWay {
  readonly client: PeerClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Their inbox has said what it asks, and we are at it. */
  readonly working: () => void;
}

/** Leaves one letter in the inbox of somebody to whom we are a stranger. Never rejects. */
export async function leaveLetter(
  { address, space, document }: Delivery,
  { client, clock, signal, working }: LetterWay,
): Promise<PushOutcome> {
  try {
    const asked = await client.work(space);
    working();
    const work = await workFor({ address, id: document._id }, asked, clock, signal);
    const stored = await client.store(space, [document], work);
    return { address, result: stored ? 'stored' : 'refused' };
  } catch (error) {
    return pushFailed(address, error);
  }
}
