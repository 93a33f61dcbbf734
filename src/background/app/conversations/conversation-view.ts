import { fromBase64Url } from '../../../domain/bytes.ts';
import { introductionKind } from '../../../domain/conversation-kinds/introduction.ts';
import { textKind } from '../../../domain/conversation-kinds/text.ts';
import { purgeKind } from '../../../domain/conversation-kinds/purge.ts';
import { timerKind } from '../../../domain/conversation-kinds/timer.ts';
import type { MessageView } from '../../../protocol/page-calls/conversations.ts';
import type { MessageRecord } from '../records.ts';
import { unread } from './message-content.ts';
import type { Kept } from './messages.ts';

export interface ViewAid {
  /** Whether it is being sent at this moment. */
  readonly isGoing: (id: string) => boolean;
  /** Whether both sides tell each other what they have read. */
  readonly receipts: boolean;
}

/** As the pages show it; `undefined` for what does its work unseen. */
export function viewMessage({ id, record }: Kept, aid: ViewAid): MessageView | undefined {
  const said = viewContent(record);
  if (!said) return undefined;
  const { mine, time, life } = record;
  const about = { id, mine, time, ...(life ? { life } : {}) };
  return mine
    ? { ...about, ...said, delivery: deliveryOf(id, record, aid) }
    : { ...about, ...said };
}

function viewContent(
  record: MessageRecord,
): Pick<MessageView, 'kind' | 'text' | 'introduction' | 'timer'> | undefined {
  const { kind, text } = record;
  switch (kind) {
    case textKind.name:
      return { kind: 'text', text };
    case unread.newer.kind:
      return { kind: 'newer', text };
    case purgeKind.name:
      return record.mine ? undefined : { kind: 'purge', text };
    case timerKind.name: {
      const timer = timerKind.read({ fields: fieldsOf(record) });
      return timer.ok ? { kind: 'timer', text, timer: timer.value.life } : undefined;
    }
    case introductionKind.name: {
      const met = introductionKind.read({ fields: fieldsOf(record) });
      return met.ok ? { kind: 'introduction', text, introduction: met.value } : undefined;
    }
    default:
      return undefined;
  }
}

function fieldsOf({ fields }: MessageRecord): Uint8Array {
  const bytes = fromBase64Url(fields ?? '');
  return bytes.ok ? bytes.value : new Uint8Array(0);
}

function deliveryOf(
  id: string,
  { done, read, sealed }: MessageRecord,
  { isGoing, receipts }: ViewAid,
): NonNullable<MessageView['delivery']> {
  if (!done) return isGoing(id) ? 'on-the-way' : sealed ? 'waiting' : 'waiting-for-keys';
  return read && receipts ? 'read' : 'on-their-machine';
}
