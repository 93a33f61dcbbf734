import type { PeerSync } from '../../../sync/ports.ts';
import type { StoredDocument } from '../../../store/ports.ts';
import type { Conversations, Waiting } from './conversations.ts';
import type { Messages } from './messages.ts';

export interface DeliveryPorts {
  readonly peers: Pick<PeerSync, 'push' | 'state'>;
  readonly changed: () => void;
}

/**
 * Brings our messages to friends who are connected: one request at a time to each, so that nothing is
 * sent twice and what is written meanwhile goes together.
 */
export class MessageDelivery {
  readonly #conversations: Conversations;
  readonly #messages: Messages;
  readonly #peers: Pick<PeerSync, 'push' | 'state'>;
  /** A message is on its way, is there, or waits again. */
  readonly #changed: () => void;
  /** What is to go to whom, by address and document id. Who is in here is being sent to. */
  readonly #going = new Map<string, Map<string, StoredDocument>>();

  constructor(conversations: Conversations, messages: Messages, { peers, changed }: DeliveryPorts) {
    this.#conversations = conversations;
    this.#messages = messages;
    this.#peers = peers;
    this.#changed = changed;
  }

  /** Whether a request that carries it is under way, or follows the one that is. */
  isGoing(address: string, id: string): boolean {
    const { connection } = this.#peers.state(address);
    const isThere = connection === 'online' || connection === 'up-to-date';
    return isThere && this.#going.get(address)?.has(id) === true;
  }

  /** Everything that waits for this friend, who has just come. */
  async sendAll(address: string): Promise<void> {
    const waiting = await this.#conversations.waiting(address);
    if (waiting) await this.send(address, waiting);
  }

  /** Resolves when they have been tried; what didn't get there waits for `sendAll`. */
  async send(address: string, { space, documents }: Waiting): Promise<void> {
    const going = this.#going.get(address);
    const next = going ?? new Map<string, StoredDocument>();
    for (const document of documents) next.set(document._id, document);
    // Whoever is sending to them takes these along next.
    if (going) return;
    this.#going.set(address, next);
    try {
      while (next.size > 0) await this.#sendOnce(address, space, next);
    } finally {
      this.#going.delete(address);
      this.#changed();
    }
  }

  async #sendOnce(
    address: string,
    space: Waiting['space'],
    going: Map<string, StoredDocument>,
  ): Promise<void> {
    const batch = [...going.values()];
    const outcomes = await this.#peers.push(space, batch);
    const isThere = outcomes.some((one) => one.address === address && one.result === 'stored');
    if (!isThere) {
      going.clear();
      return;
    }
    const ids = batch.map(({ _id }) => _id);
    for (const id of ids) going.delete(id);
    await this.#messages.delivered(address, ids);
  }
}
