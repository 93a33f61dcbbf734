import * as v from 'valibot';
import { parseSpaceName } from '../domain/space/name.ts';
import { type Code, codeOf } from '../protocol/codes.ts';
import type { Clock } from '../store/clock.ts';
import type { Vault } from '../store/ports.ts';
import type { OnionFetch } from './onion-fetch.ts';
import { leaveLetter } from './letter.ts';
import { peerClient } from './peer-client.ts';
import type { PeerTokens } from './peer-tokens.ts';
import type { Delivery, Fraction, Outbox, OutboxEvents, PushOutcome } from './ports.ts';
import { pushTo } from './push.ts';
import * as plan from './scheduler.ts';

export interface OutboxPorts {
  readonly fetch: OnionFetch;
  readonly tokens: Pick<PeerTokens, 'held' | 'end'>;
  readonly vault: Pick<Vault, 'entries' | 'put' | 'remove'>;
  readonly events: OutboxEvents;
  readonly clock: Clock;
  readonly random: Fraction;
}

const prefix = 'outbox/';
const deliveriesAtOnce = 3;
/** They don't know us and won't dial when they come back: it is for us to notice. */
const longestWait = 600_000;

const deliverySchema = v.strictObject({
  address: v.string(),
  space: v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const name = parseSpaceName(dataset.value);
      if (name.ok) return name.value;
      addIssue({ message: name.code });
      return NEVER;
    }),
  ),
  document: v.looseObject({ _id: v.string(), _rev: v.string() }),
});

interface Waiting {
  readonly delivery: Delivery;
  readonly code?: Code;
  readonly working?: boolean;
}

/** The deliveries of earlier runs go on at once. */
export function openOutbox(ports: OutboxPorts): Outbox {
  const waiting = new Map<string, Waiting>();
  for (const [name, value] of ports.vault.entries(prefix)) {
    const decoded = v.safeParse(deliverySchema, value);
    if (decoded.success) waiting.set(name.slice(prefix.length), { delivery: decoded.output });
  }
  return new VaultOutbox(ports, waiting);
}

class VaultOutbox implements Outbox {
  readonly #ports: OutboxPorts;
  readonly #waiting: Map<string, Waiting>;
  #schedule: plan.Schedule = new Map();
  #stopTimer: () => void = () => undefined;
  readonly #stop = new AbortController();

  constructor(ports: OutboxPorts, waiting: Map<string, Waiting>) {
    this.#ports = ports;
    this.#waiting = waiting;
    this.#go();
  }

  async send(key: string, delivery: Delivery): Promise<void> {
    await this.#ports.vault.put(prefix + key, { ...delivery, document: { ...delivery.document } });
    this.#waiting.set(key, { delivery });
    this.#again(key);
  }

  async cancel(key: string): Promise<void> {
    this.#waiting.delete(key);
    await this.#ports.vault.remove(prefix + key);
    this.#go();
  }

  waiting: Outbox['waiting'] = () =>
    [...this.#waiting].map(([key, { delivery, code, working = false }]) => {
      const attempts = this.#schedule.get(key)?.failures ?? 0;
      return { key, delivery, attempts, working, ...(code === undefined ? {} : { code }) };
    });

  wake(address?: string): void {
    for (const [key, { delivery }] of this.#waiting) {
      if (address !== undefined && delivery.address !== address) continue;
      this.#schedule = plan.woken(this.#schedule, key, this.#ports.clock.now());
    }
    this.#go();
  }

  stop(): void {
    this.#stop.abort();
    this.#stopTimer();
  }

  /** From the beginning, as if never tried. */
  #again(key: string): void {
    const rest = new Map(this.#schedule);
    rest.delete(key);
    this.#schedule = rest;
    this.#go();
  }

  #go(): void {
    this.#stopTimer();
    if (this.#stop.signal.aborted) return;
    const { clock } = this.#ports;
    const keys = [...this.#waiting.keys()].map((address) => ({ address }));
    this.#schedule = plan.withPeers(this.#schedule, keys, clock.now());
    const standings = plan.standingsOf(this.#schedule, clock.now());
    for (const key of plan.toDial(standings, deliveriesAtOnce)) {
      const entry = this.#waiting.get(key);
      if (!entry) continue;
      this.#schedule = plan.dialing(this.#schedule, key);
      void this.#deliver(key, entry);
    }
    const due = plan.standingsOf(this.#schedule, clock.now()).next;
    if (due !== undefined) this.#stopTimer = clock.after(due - clock.now(), () => this.#go());
  }

  async #deliver(key: string, entry: Waiting): Promise<void> {
    const { vault, events, clock, random } = this.#ports;
    const outcome = await this.#bring(key, entry);
    if (this.#stop.signal.aborted || this.#waiting.get(key)?.delivery !== entry.delivery) return;
    if (outcome.result === 'later') {
      this.#waiting.set(key, { delivery: entry.delivery, code: outcome.code });
      this.#schedule = plan.failed(this.#schedule, key, clock.now(), random, longestWait);
    } else {
      this.#waiting.delete(key);
      // If this fails it is delivered once more after a restart, which changes nothing over there.
      await vault.remove(prefix + key).catch(codeOf);
      if (outcome.result === 'stored') events.delivered(key, entry.delivery);
      else events.refused(key, entry.delivery, 'peer-refused');
    }
    this.#go();
  }

  /** To somebody at whose door we are known it costs nothing; to others the work that they ask for. */
  async #bring(key: string, { delivery }: Waiting): Promise<PushOutcome> {
    const { fetch, tokens, clock, events } = this.#ports;
    const { address, space, document } = delivery;
    const { signal } = this.#stop;
    const token = tokens.held(address);
    if (token !== undefined) {
      const known = peerClient((request) => fetch({ ...request, token }), { address, signal });
      const outcome = await pushTo(address, known, space, [document]);
      if (outcome.result !== 'later' || outcome.code !== 'token-ended') return outcome;
      tokens.end(address, token);
    }
    const client = peerClient(fetch, { address, signal });
    const working = () => {
      if (this.#waiting.get(key)?.delivery !== delivery) return;
      this.#waiting.set(key, { delivery, working: true });
      events.working(key, delivery);
    };
    return leaveLetter(delivery, { client, clock, signal, working });
  }
}
