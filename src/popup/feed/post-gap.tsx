import type { PostView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { language, t } from '../../ui/i18n/i18n.ts';
import { pluralKey } from '../../ui/i18n/plural-key.ts';

interface PostGapProps {
  space: string;
  author: string;
  gap: NonNullable<PostView['gap']>;
}

/** What its author wrote here and is not here, or stands here twice. */
export function PostGap({ space, author, gap: { missing, forked } }: PostGapProps) {
  const ask = useAction(async () => {
    await call('askAgain', { space });
    announce(t('gap_asked'));
  });
  return (
    <div class="post__gap">
      {forked && <p>{t('gap_forked', author)}</p>}
      {missing > 0 && (
        <>
          <p>{t(pluralKey('gap_missing', missing, language), missing, author)}</p>
          <Button kind="quiet" busy={ask.busy} onClick={() => void ask.run()}>
            {t('gap_ask')}
          </Button>
          <FailureNote failure={ask.failure} />
        </>
      )}
    </div>
  );
}
