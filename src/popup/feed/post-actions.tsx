import { useRef, useState } from 'preact/hooks';
import { replaceMentions } from '../../protocol/mention-text.ts';
import type { PostView } from '../../protocol/page-calls.ts';
import { writeDraft } from '../../ui/client/drafts.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { ConfirmDialog } from '../../ui/components/confirm-dialog.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { t, tn } from '../../ui/i18n/i18n.ts';
import { quoted } from '../../ui/markdown/quoted.ts';
import { hashOf } from '../route.ts';
import { MuteAuthor } from '../spaces/mute-author.tsx';
import { goTo } from '../use-route.ts';

/** The signs that are offered; others come with what people use. */
const signs = ['👍', '❤️', '😄', '🎉', '😮', '😢'];

interface PostActionsProps {
  post: PostView;
  inThread: boolean;
  /** On the page of its space. */
  inSpace: boolean;
  onEdit: () => void;
}

/** What one can do with a post, as far as its space lets one. */
export function PostActions({ post, inThread, inSpace, onEdit }: PostActionsProps) {
  const { may, mine, replies, space } = post;
  const [asking, setAsking] = useState(false);
  const toThread = hashOf({ view: 'thread', space: space.name, post: post.id });
  const isFriends = !mine && post.authorName !== undefined;
  return (
    <div class="post__actions">
      {!inThread && (may.reply || replies > 0) && (
        <a class="button button--quiet" href={toThread}>
          {replies > 0 ? tn('post_replies', replies) : t('post_reply')}
        </a>
      )}
      {!may.reply && isFriends && <ReplyPrivately post={post} />}
      {may.react && <React post={post} />}
      {may.change && (
        <>
          <Button kind="quiet" onClick={onEdit}>
            {t('post_edit')}
          </Button>
          <Button kind="quiet" onClick={() => setAsking(true)}>
            {t('post_take_back')}
          </Button>
        </>
      )}
      {inSpace && <MuteAuthor post={post} />}
      {asking && (
        <ConfirmDialog
          title={t('post_take_back_title')}
          text={t('post_take_back_text')}
          confirm={t('post_take_back')}
          keep={t('post_take_back_keep')}
          onConfirm={async () => {
            await call('retractPost', { space: space.name, post: post.id });
            announce(t('post_taken_back'));
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

function React({ post }: { post: PostView }) {
  const react = useAction((sign: string) =>
    call('react', { space: post.space.name, post: post.id, sign }),
  );
  const details = useRef<HTMLDetailsElement>(null);
  /** What was chosen is hidden then: the focus goes where it came from. */
  const close = () => {
    details.current?.removeAttribute('open');
    details.current?.querySelector('summary')?.focus();
  };
  return (
    <details
      ref={details}
      class="react"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || details.current?.open !== true) return;
        // Not the way up to the page before.
        event.preventDefault();
        close();
      }}
    >
      <summary class="button button--quiet">{t('post_react')}</summary>
      <div class="react__signs" role="group" aria-label={t('post_react')}>
        {signs.map((sign) => (
          <button
            key={sign}
            type="button"
            class="react__sign"
            aria-label={t('post_react_with', sign)}
            onClick={() => {
              close();
              void react.run(sign);
            }}
          >
            {sign}
          </button>
        ))}
      </div>
      <FailureNote failure={react.failure} />
    </details>
  );
}

/** Where only its author writes, an answer goes to them alone, with what it answers. */
/** Its text, people by what we call them. */
function named({ text, mentions = [] }: PostView): string {
  return replaceMentions(text, (address) => {
    const person = mentions.find((one) => one.address === address);
    return person && `@${person.name ?? shortAddress(address)}`;
  });
}

function ReplyPrivately({ post }: { post: PostView }) {
  const { authorAddress: address } = post;
  const write = async () => {
    await writeDraft(`${address}/talk`, { text: quoted(named(post)) });
    goTo({ view: 'conversation', address });
  };
  return (
    <Button kind="quiet" onClick={() => void write()}>
      {t('post_reply_privately')}
    </Button>
  );
}
