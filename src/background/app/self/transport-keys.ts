import { toBase64Url } from '../../../domain/bytes.ts';
import type { DialerSelf } from '../../../domain/peer-handshake/dialer.ts';
import {
  makeTransportKey,
  type TransportKey,
} from '../../../domain/peer-handshake/transport-key.ts';
import type { Random } from '../../../domain/sodium.ts';
import type { TransportLoan } from '../../../protocol/native-messages.ts';
import type { Clock } from '../../../store/clock.ts';
import type { Me } from '../context.ts';

export interface TransportKeysPorts {
  readonly me: Me;
  readonly random: Random;
  readonly clock: Clock;
  /** Gives the host the key to speak with; `undefined` takes it back. */
  readonly lend: (loan: TransportLoan | undefined) => void;
}

/** A key lives for a day, a quarter of which lies behind it when it is made; it is in use for half. */
const renewEvery = 12 * 3_600_000;
/** Whoever dials us sees when our key began: not to the second when we came. */
const roundedTo = 3_600_000;
/**
 * A friend whose clock is behind ours would refuse a key that begins now, and could not tell us why. Tor itself
 * copes with clocks that are some hours off.
 */
const begunBefore = 6 * 3_600_000;
/** A computer that has slept keeps no timers: how old the key is has to be looked at now and then. */
const lookEvery = 600_000;

interface Made {
  readonly value: TransportKey;
  readonly at: number;
}

/** The short-lived key by which this device is known to friends' doors, and its host to friends. */
export class TransportKeys {
  readonly #ports: TransportKeysPorts;
  #made: Made | undefined;
  #lent: Made | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(ports: TransportKeysPorts) {
    this.#ports = ports;
  }

  /** For dialling: our onion key, and a transport key that is good for some hours at least. */
  readonly self = (): DialerSelf => {
    const { value } = this.#current();
    return { publicKey: this.#ports.me.identity.publicKey, transport: value };
  };

  /** Lends the host, which knows of none, the key, and from now on each that follows. */
  lend(): void {
    this.#lent = undefined;
    this.#stopTimer?.();
    this.#look();
  }

  /** Where the key has become old, makes and lends the next. */
  renew(): void {
    if (this.#stopTimer) this.#lendNew();
  }

  /** The host forgets it, and so do we. */
  takeBack(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#made = undefined;
    this.#ports.lend(undefined);
  }

  #look(): void {
    this.#lendNew();
    this.#stopTimer = this.#ports.clock.after(lookEvery, () => this.#look());
  }

  #lendNew(): void {
    const made = this.#current();
    if (made === this.#lent) return;
    this.#lent = made;
    const { keys, statement, until } = made.value;
    this.#ports.lend({
      address: this.#ports.me.identity.address,
      secretKey: toBase64Url(keys.secretKey),
      statement: toBase64Url(statement),
      until,
    });
  }

  #current(): Made {
    const { me, clock, random } = this.#ports;
    const now = clock.now();
    // One from the future was made before the clock was set back, and is not valid yet.
    if (this.#made && this.#made.at <= now && now - this.#made.at < renewEvery) return this.#made;
    const begins = now - (now % roundedTo) - begunBefore;
    const making = { owner: me.identity.publicKey, signer: me.device.signing, now: begins };
    this.#made = { value: makeTransportKey(making, random), at: now };
    return this.#made;
  }
}
