import type { MessageView } from '../../protocol/page-calls.ts';
import { startOfDay } from '../../ui/format/time.ts';

export interface Day {
  start: number;
  messages: MessageView[];
}

/** Messages gathered under the days they were written on, in the order given. */
export function byDay(messages: readonly MessageView[]): Day[] {
  const days: Day[] = [];
  for (const message of messages) {
    const start = startOfDay(message.time);
    const last = days.at(-1);
    if (last !== undefined && last.start === start) last.messages.push(message);
    else days.push({ start, messages: [message] });
  }
  return days;
}
