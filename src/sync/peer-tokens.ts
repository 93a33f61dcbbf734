import { publicKeyFromAddress, parseAddress } from '../domain/address.ts';
import { equalBytes, fromBase64Url, toBase64Url } from '../domain/bytes.ts';
import { dial, type DialerSelf, nameSelf, openGrant } from '../domain/peer-handshake/dialer.ts';
import { tokenMilliseconds } from '../domain/peer-handshake/token.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Result } from '../domain/result.ts';
import type { Random } from '../domain/sodium.ts';
import { type Code, CodedError } from '../protocol/codes.ts';
import {
  handshakePaths,
  helloAnswerSchema,
  proofAnswerSchema,
} from '../protocol/handshake-messages.ts';
import { limits } from '../protocol/limits.ts';
import type { Clock } from '../store/clock.ts';
import type { OnionFetch } from './onion-fetch.ts';
import { decodeAnswer } from './peer-answers.ts';

/** Somebody whose device key we know. */
export interface KnownPeer {
  readonly address: string;
  readonly device: Uint8Array;
}

/** What makes us known at a friend's door, and how long by our clock. */
export interface HeldToken {
  readonly token: string;
  readonly until: number;
}

export interface TokenWish {
  /** How long it has to last, in milliseconds; a new one is got if the one we hold does not. */
  readonly lasting?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The tokens we hold, in memory only. Each costs two requests and lasts about an hour. */
export interface PeerTokens {
  /**
   * Rejects as `OnionFetch` does, and with 'device-changed' when their door speaks with another device
   * key than we know of, 'clocks-differ', 'peer-refused' when they don't let us in, and 'malformed'.
   */
  get(peer: KnownPeer, wish?: TokenWish): Promise<HeldToken>;
  /** The one we hold for this address, if there is one. */
  held(address: string): string | undefined;
  /** Their door does not take this one any more. */
  end(address: string, token: string): void;
}

export interface PeerTokensPorts {
  readonly fetch: OnionFetch;
  /** Our onion key, and the transport key that our device certifies now. */
  readonly self: () => DialerSelf;
  readonly random: Random;
  readonly clock: Clock;
}

/** A token this near its end may end on the way. */
const margin = 60_000;

interface Held extends HeldToken {
  readonly device: Uint8Array;
}

interface UnderWay {
  readonly device: Uint8Array;
  readonly signal: AbortSignal | undefined;
  readonly token: Promise<Held>;
}

export function createPeerTokens(ports: PeerTokensPorts): PeerTokens {
  const { clock } = ports;
  const tokens = new Map<string, Held>();
  const underWay = new Map<string, UnderWay>();

  const find = (address: string, lasting: number): Held | undefined => {
    const held = tokens.get(address);
    return held && held.until - clock.now() > lasting + margin ? held : undefined;
  };

  /** Whoever wants one while a handshake is under way waits for that, unless it was called off. */
  const shake = (peer: KnownPeer, signal: AbortSignal | undefined): Promise<Held> => {
    const { address, device } = peer;
    const before = underWay.get(address);
    if (before && equalBytes(before.device, device) && before.signal?.aborted !== true) {
      return before.token;
    }
    const renewed = find(address, 0)?.token;
    const token = handshake(ports, peer, renewed, signal).then((held) => {
      tokens.set(address, held);
      return held;
    });
    const mine: UnderWay = { device, signal, token };
    underWay.set(address, mine);
    const forget = () => {
      if (underWay.get(address) === mine) underWay.delete(address);
    };
    return token.finally(forget);
  };

  return {
    async get(peer, { lasting = 0, signal } = {}) {
      const held = find(peer.address, lasting);
      return held && equalBytes(held.device, peer.device) ? held : shake(peer, signal);
    },
    held: (address) => find(address, 0)?.token,
    end(address, token) {
      if (tokens.get(address)?.token === token) tokens.delete(address);
    },
  };
}

/** What a refusal of ours says to the person; for any other, what came was no handshake. */
const codes: Partial<Record<Refusal, Code>> = {
  'bad-signature': 'device-changed',
  expired: 'clocks-differ',
};

/** The two round trips. `renewed`: a token we still hold, so that their door keeps a place for us. */
async function handshake(
  { fetch, self, random, clock }: PeerTokensPorts,
  { address, device }: KnownPeer,
  renewed: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Held> {
  const parsed = parseAddress(address);
  if (!parsed.ok) throw new CodedError('malformed', 'onion address');
  const post = (path: string, body: unknown) =>
    fetch({ address, path, body, token: renewed, most: limits.handshakeBytes, signal }).catch(
      noDoor,
    );
  const dialing = dial(random);
  const { id, m: answer } = decodeAnswer(
    helloAnswerSchema,
    await post(handshakePaths.hello, { m: toBase64Url(dialing.message) }),
    'hello',
  );
  const server = { publicKey: publicKeyFromAddress(parsed.value), device };
  const naming = { self: self(), server, now: clock.now() };
  const named = need(nameSelf(dialing, need(fromBase64Url(answer)), naming));
  const asked = clock.now();
  const { m: sealed } = decodeAnswer(
    proofAnswerSchema,
    await post(handshakePaths.proof, { id, m: toBase64Url(named.message) }),
    'proof',
  );
  const { token } = need(openGrant(named, need(fromBase64Url(sealed))));
  // What they say of its end is by their clock, which may be hours off; how long it lasts both sides know.
  return { token, until: asked + tokenMilliseconds, device };
}

function need<T>(result: Result<T>): T {
  if (!result.ok) throw new CodedError(codes[result.code] ?? 'malformed', 'handshake');
  return result.value;
}

/** Whoever answers, it is nobody whom one could shake hands with. */
function noDoor(error: unknown): never {
  if (error instanceof CodedError && error.code === 'not-found') {
    throw new CodedError('peer-not-network25');
  }
  throw error;
}
