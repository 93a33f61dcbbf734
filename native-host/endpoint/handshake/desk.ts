import { parseAddress, publicKeyFromAddress } from '../../../src/domain/address.ts';
import { fromBase64Url } from '../../../src/domain/bytes.ts';
import {
  answer,
  type Answered,
  grant,
  type ServerSelf,
} from '../../../src/domain/peer-handshake/server.ts';
import { tokenMilliseconds } from '../../../src/domain/peer-handshake/token.ts';
import { type Random, x25519PublicKey } from '../../../src/domain/sodium.ts';
import { CodedError } from '../../../src/protocol/codes.ts';
import type { TransportLoan } from '../../../src/protocol/native-messages.ts';
import type { AccessControl } from '../access/access.ts';
import { createHalfOpen, type HalfOpenLimits } from './half-open.ts';

export interface DeskLimits extends HalfOpenLimits {
  readonly tokenMilliseconds: number;
}

export interface DeskOptions {
  readonly access: AccessControl;
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly limits?: Partial<DeskLimits>;
}

/** Where peers prove who they are, while the add-on lends the host a key to speak with. */
export interface Desk {
  /**
   * The key to speak with from now on. Throws CodedError `malformed` for what is none. With another
   * address, everybody has to come anew.
   */
  lend(loan: TransportLoan): void;
  /** Forgets the key, the handshakes under way, and every token. */
  takeBack(): void;
  /** The server's half of the first round trip. `no-key`: nobody is at home to answer. */
  hello(
    message: Uint8Array,
    peer: string | undefined,
  ): { readonly id: string; readonly message: Uint8Array } | 'no-key' | 'malformed';
  /** The token, sealed for who has proved to be a peer of ours; the same `undefined` for everybody else. */
  prove(id: string, message: Uint8Array): Uint8Array | undefined;
}

/**
 * Tor is slow, but not that slow. A thousand and some handshakes of strangers take about as many kilobytes;
 * to push a friend's out, they have to come within its second round trip.
 */
const defaultLimits: DeskLimits = {
  milliseconds: 20_000,
  strangers: 2_048,
  ofOnePeer: 4,
  tokenMilliseconds,
};

interface Lent {
  readonly address: string;
  readonly self: ServerSelf;
}

export function createDesk(options: DeskOptions): Desk {
  const { access, random, clock = () => Date.now() } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const halfOpen = createHalfOpen<{ answered: Answered; self: ServerSelf }>(limits);
  let lent: Lent | undefined;

  const takeBack = (): void => {
    lent = undefined;
    halfOpen.clear();
    access.endTokens();
  };
  const current = (): ServerSelf | undefined => {
    if (lent && lent.self.transport.until <= clock()) lent = undefined;
    return lent?.self;
  };
  return {
    lend(loan) {
      const next = lentBy(loan);
      if (lent && lent.address !== next.address) takeBack();
      lent = next;
    },
    takeBack,
    hello(message, peer) {
      const self = current();
      if (!self) return 'no-key';
      const answered = answer(self, message, random);
      if (!answered.ok) return 'malformed';
      // What began with one key ends with it, though another has been lent meanwhile.
      const id = halfOpen.keep({ answered: answered.value, self }, peer);
      return { id, message: answered.value.message };
    },
    prove(id, message) {
      const begun = halfOpen.take(id);
      if (!begun) return undefined;
      const now = clock();
      const until = now + limits.tokenMilliseconds;
      const { answered, self } = begun;
      const deviceOf = (publicKey: Uint8Array) => access.deviceOf(publicKey);
      const granted = grant(answered, message, { self, deviceOf, now, until }, random);
      if (!granted.ok) return undefined;
      access.admit(granted.value.dialer, granted.value.tokenHash, until);
      return granted.value.message;
    },
  };
}

function lentBy({ address, secretKey, statement, until }: TransportLoan): Lent {
  const parsed = parseAddress(address);
  const secret = fromBase64Url(secretKey);
  const bytes = fromBase64Url(statement);
  if (!parsed.ok || !secret.ok || !bytes.ok || secret.value.length !== 32) {
    throw new CodedError('malformed', 'transport key');
  }
  const keys = { publicKey: x25519PublicKey(secret.value), secretKey: secret.value };
  const transport = { keys, statement: bytes.value, until };
  return { address, self: { publicKey: publicKeyFromAddress(parsed.value), transport } };
}
