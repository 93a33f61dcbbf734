import { useState } from 'preact/hooks';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { Field } from '../../ui/components/field.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { goTo } from '../use-route.ts';

/** Follows a blog or joins a forum by the link that somebody gave one. */
export function FollowForm() {
  const [link, setLink] = useState('');
  const follow = useAction(async () => {
    const { space } = await call('followSpace', { link: link.trim() });
    setLink('');
    announce(t('space_found'));
    goTo({ view: 'space', space });
  });
  return (
    <form
      class="card stack"
      aria-label={t('follow_title')}
      onSubmit={(event) => {
        event.preventDefault();
        void follow.run();
      }}
    >
      <h2>{t('follow_title')}</h2>
      <Field
        label={t('follow_label')}
        hint={t('follow_hint')}
        mono
        value={link}
        failure={follow.failure}
        onChange={(value) => {
          setLink(value);
          follow.forgive();
        }}
      />
      <div class="actions">
        <Button submit busy={follow.busy}>
          {t('follow_go')}
        </Button>
      </div>
    </form>
  );
}
