import type { Life } from '../../../domain/conversation-kinds/life.ts';
import { timerKind } from '../../../domain/conversation-kinds/timer.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { Context } from '../context.ts';
import type { Conversations, Say } from './conversations.ts';
import type { TalkRecords } from './talk-records.ts';

export interface TimersParts {
  readonly talks: TalkRecords;
  readonly conversations: Conversations;
  readonly say: Say;
}

/** How long messages live: either says it, both see who did, and the later word counts for what is written after it. */
export class Timers {
  readonly #context: Context;
  readonly #parts: TimersParts;

  constructor(context: Context, parts: TimersParts) {
    this.#context = context;
    this.#parts = parts;
    parts.conversations.handle(timerKind, ({ friend, time, fields: { life } }) => {
      const { address } = friend.record;
      const isOlder = time < parts.talks.of(address).timer.time;
      if (isOlder) return {};
      return { changes: [parts.talks.change(address, { timer: { life, mine: false, time } })] };
    });
  }

  async set(address: string, life: Life): Promise<void> {
    const { talks, say } = this.#parts;
    if (talks.of(address).timer.life === life) return;
    const content = timerKind.write({ life });
    if (!content.ok) throw new CodedError('internal', content.code);
    const timer = { life, mine: true, time: this.#context.now() };
    await say(address, content.value, () => [talks.change(address, { timer })]);
  }
}
