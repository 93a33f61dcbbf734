import type { OnionAddress } from '../../../domain/address.ts';
import { evaluateProfile } from '../../../domain/space/evaluate-profile.ts';
import { codeOf } from '../../../protocol/codes.ts';
import type { Context } from '../context.ts';

/** Who didn't answer is asked again after so long, in milliseconds, when there is occasion for it. */
const again = 60_000;

export interface MemberKeysPorts {
  /** All documents of a person's profile space, over Tor; stores nothing. */
  readonly fetchProfile: (address: OnionAddress) => Promise<unknown[]>;
  /** Somebody's device is known now who is a member with us: host and peers are to be told. */
  readonly found: () => Promise<void>;
}

/**
 * The devices of fellow members whom we know neither as friends nor by what the log has brought us yet: as their public
 * profile says, for which their onion key vouches. So two who are strangers connect without a third who has the log.
 */
export class MemberKeys {
  readonly #context: Context;
  readonly #ports: MemberKeysPorts;
  readonly #devices = new Map<OnionAddress, Uint8Array>();
  /** When we have asked, or began to. */
  readonly #asked = new Map<OnionAddress, number>();

  constructor(context: Context, ports: MemberKeysPorts) {
    this.#context = context;
    this.#ports = ports;
  }

  /** `undefined` while it isn't known; then it is looked for. */
  deviceOf(address: OnionAddress): Uint8Array | undefined {
    const known = this.#devices.get(address);
    if (known === undefined) this.lookAt(address);
    return known;
  }

  /** What their profile says, where we have had to look there. */
  found(address: OnionAddress): Uint8Array | undefined {
    return this.#devices.get(address);
  }

  /** Their door speaks with another device than we know, or we know none. */
  lookAt(address: OnionAddress): void {
    const now = this.#context.now();
    if (now - (this.#asked.get(address) ?? -Infinity) < again) return;
    this.#asked.set(address, now);
    this.#fetch(address).catch((error: unknown) => {
      // Who isn't there now comes to us perhaps, or is asked later.
      if (codeOf(error) === 'internal') this.#context.failed(error);
    });
  }

  async #fetch(address: OnionAddress): Promise<void> {
    const evaluation = evaluateProfile(await this.#ports.fetchProfile(address), address);
    if (!evaluation.ok) return;
    this.#devices.set(address, evaluation.value.bundle.device);
    await this.#ports.found();
  }
}
