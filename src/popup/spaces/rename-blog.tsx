import { useState } from 'preact/hooks';
import { limits } from '../../protocol/limits.ts';
import type { SpaceInfo } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Field } from '../../ui/components/field.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { titleFailure } from './title-failure.ts';

export function RenameBlog({ space: { name, title } }: { space: SpaceInfo }) {
  const [text, setText] = useState(title);
  const rename = useAction(async () => {
    await call('renameBlog', { space: name, title: text.trim() });
    announce(t('rename_done'));
  });
  const wrong = text === title ? undefined : titleFailure(text);
  return (
    <Panel title={t('rename_title')} text={t('rename_text')}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (titleFailure(text) === undefined) void rename.run();
        }}
      >
        <Field
          label={t('space_title_label')}
          most={limits.titleCharacters}
          value={text}
          failure={wrong}
          onChange={setText}
        />
        <FailureNote failure={rename.failure} />
        <div class="actions">
          <Button submit busy={rename.busy}>
            {t('rename_save')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
