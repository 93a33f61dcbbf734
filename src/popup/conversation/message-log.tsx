import { useLayoutEffect, useRef } from 'preact/hooks';
import type { MessageView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { FileList } from '../../ui/components/file-list.tsx';
import { EmptyState } from '../../ui/components/empty-state.tsx';
import { absoluteTime, clockTime, dayName } from '../../ui/format/time.ts';
import { language, t } from '../../ui/i18n/i18n.ts';
import { Introduction } from './introduction.tsx';
import { deliveryWords, lifeWords } from './message-words.ts';
import { byDay } from './by-day.ts';

interface MessageLogProps {
  messages: readonly MessageView[];
  petname: string;
  address: string;
}

/** The messages, newest at the bottom, where the view stays unless the person has scrolled away. */
export function MessageLog({ messages, petname, address }: MessageLogProps) {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const newest = messages.at(-1)?.id;

  useLayoutEffect(() => {
    const box = log.current;
    if (box !== null && atEnd.current) box.scrollTop = box.scrollHeight;
  }, [newest]);

  return (
    <div
      ref={log}
      class="log"
      role="log"
      aria-label={t('conversation_with', petname)}
      tabIndex={0}
      onScroll={(event) => {
        const box = event.currentTarget;
        atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
      }}
    >
      {messages.length === 0 && (
        <EmptyState
          title={t('conversation_empty_title')}
          text={t('conversation_empty_text', petname)}
        />
      )}
      {byDay(messages).map((day) => (
        <div class="day" key={day.start}>
          <p class="day__name">{dayName(day.start, Date.now(), language)}</p>
          {day.messages.map((message) => (
            <Said key={message.id} message={message} petname={petname} address={address} />
          ))}
        </div>
      ))}
    </div>
  );
}

interface SaidProps {
  message: MessageView;
  petname: string;
  address: string;
}

function Said(props: SaidProps) {
  const { message, petname } = props;
  switch (message.kind) {
    case 'timer': {
      const by = message.mine ? t('timer_set_mine') : t('timer_set_theirs', petname);
      return (
        <p class="day__name" data-timer={message.timer}>
          {by}: {t(lifeWords(message.timer ?? 0))}
        </p>
      );
    }
    case 'purge':
      return (
        <p class="day__name" data-purged={message.text}>
          {t(
            message.text === 'kept' ? 'purged_by_friend_kept' : 'purged_by_friend_erased',
            petname,
          )}
        </p>
      );
    case 'text':
    case 'newer':
    case 'introduction':
      return <Message {...props} />;
  }
}

function Message({ message, petname, address }: SaidProps) {
  const { mine, delivery } = message;
  return (
    <div class={mine ? 'message message--mine' : 'message'} data-message-id={message.id}>
      <span class="unseen">{mine ? t('message_mine') : petname}</span>
      {message.introduction === undefined ? (
        <p class="message__text" dir="auto">
          {message.kind === 'newer' ? t('message_newer') : message.text}
        </p>
      ) : (
        <Introduction person={message.introduction} />
      )}
      <FileList
        files={message.files ?? []}
        read={(file, from, preview) =>
          call('readMessageFile', { address, message: message.id, file, from, preview })
        }
        of={{ address, message: message.id }}
      />
      <p class="message__foot">
        <time
          dateTime={new Date(message.time).toISOString()}
          title={absoluteTime(message.time, language)}
        >
          {clockTime(message.time, language)}
        </time>
        {message.life !== undefined && (
          <span class="message__life">{t(lifeWords(message.life))}</span>
        )}
        {delivery !== undefined && (
          <span
            class="message__delivery"
            data-delivery={delivery}
            title={delivery === 'waiting' ? t('message_waiting_why') : undefined}
          >
            {t(deliveryWords[delivery])}
          </span>
        )}
      </p>
    </div>
  );
}
