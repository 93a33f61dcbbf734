import { parseAddress, publicKeyFromAddress } from '../../../src/domain/address.ts';
import { fromBase64Url, utf8 } from '../../../src/domain/bytes.ts';
import {
  checkWork,
  deliveryHash,
  workAsked,
  workNonce,
} from '../../../src/domain/peer-handshake/work.ts';
import { randomBytes } from '../../../src/domain/sodium.ts';
import type { EndpointLimits } from './limits.ts';

/** What a stranger brings along with a letter, as base64url. */
export interface Work {
  readonly nonce: string;
  readonly solution: string;
}

/** What an inbox asks of strangers. */
export interface InboxWork {
  /** For so full an inbox; `undefined` while we have no address to be written to. */
  asked(documents: number): { readonly nonce: Uint8Array; readonly bits: number } | undefined;
  /** How many bits of work were done for this letter; `undefined` for too few, or none. */
  check(id: string, work: Work | undefined, documents: number): number | undefined;
}

export interface InboxWorkOptions {
  readonly limits: EndpointLimits;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Whose inbox it is. */
  readonly address: () => string | undefined;
}

export function createInboxWork({ limits, clock, address }: InboxWorkOptions): InboxWork {
  const key = randomBytes(32);
  const bitsFor = (documents: number): number =>
    workAsked(documents / limits.inboxDocuments, limits.work);
  const recipient = (): Uint8Array | undefined => {
    const parsed = parseAddress(address() ?? '');
    return parsed.ok ? publicKeyFromAddress(parsed.value) : undefined;
  };
  return {
    asked(documents) {
      if (!recipient()) return undefined;
      return { nonce: workNonce(key, clock()), bits: bitsFor(documents) };
    },
    check(id, work, documents) {
      const owner = recipient();
      const nonce = fromBase64Url(work?.nonce ?? '');
      const solution = fromBase64Url(work?.solution ?? '');
      if (!owner || !nonce.ok || !solution.ok) return undefined;
      const challenge = { recipient: owner, nonce: nonce.value, delivery: deliveryHash(utf8(id)) };
      const checking = { key, now: clock(), bits: bitsFor(documents) };
      const checked = checkWork(challenge, solution.value, checking);
      return checked.ok ? checked.value : undefined;
    },
  };
}
