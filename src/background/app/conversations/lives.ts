import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';
import type { Conversations } from './conversations.ts';
import type { Messages } from './messages.ts';

/** A clock that is set back while the computer sleeps is noticed at least so often. */
const lookAgain = 600_000;

export interface LivesParts {
  readonly messages: Messages;
  readonly conversations: Conversations;
  /** Calls `sweep` in so many milliseconds, whether the browser has put us to sleep by then or not; instead of what was wanted before. */
  readonly sweepIn: (milliseconds: number) => void;
}

/** Erases messages whose time is over: what was said at once, and the ciphertext here and at the host. */
export class Lives {
  readonly #context: Context;
  readonly #parts: LivesParts;
  readonly #oneByOne = serial();

  constructor(context: Context, parts: LivesParts) {
    this.#context = context;
    this.#parts = parts;
  }

  sweep(): Promise<void> {
    return this.#oneByOne(async () => {
      const { messages, conversations } = this.#parts;
      const over = messages.over();
      for (const friend of new Set(over.map(({ address }) => address))) {
        const ids = over.flatMap(({ address, id }) => (address === friend ? [id] : []));
        await conversations.erase(friend, ids);
      }
      await messages.keepClock();
      if (over.length > 0) this.#context.changed('conversation', 'friends', 'state');
      this.schedule();
    });
  }

  /** After something may have begun to live. */
  schedule(): void {
    const next = this.#parts.messages.nextEnd();
    if (next !== undefined) this.#parts.sweepIn(Math.min(next, lookAgain));
  }
}
