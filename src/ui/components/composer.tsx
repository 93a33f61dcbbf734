import { limits } from '../../protocol/limits.ts';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { readDraft, writeDraft } from '../client/drafts.ts';
import type { Failure } from '../client/failure.ts';
import { useAction } from '../client/use-action.ts';
import { t } from '../i18n/i18n.ts';
import { type Labelled, withAddresses } from '../mentions/labels.ts';
import { chosenId, MentionList } from '../mentions/mention-list.tsx';
import { MentionNote } from '../mentions/mention-note.tsx';
import { useSuggestions } from '../mentions/use-suggestions.ts';
import { useAttachments } from '../client/use-attachments.ts';
import { AttachmentList } from './attachment-list.tsx';
import { Button, IconButton } from './button.tsx';
import { FailureNote } from './failure-note.tsx';
import { CharactersLeft } from './field.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

interface ComposerProps {
  label: string;
  placeholder: string;
  send: string;
  /** Who will be able to read it. */
  hint: string;
  hintIcon: IconName;
  most: number;
  /** Under which name an unfinished text is kept. */
  draft: string;
  lines: number;
  /** The place to start when the view is opened. */
  start?: boolean;
  /** It takes the focus when it appears: the person has just asked for it. */
  focused?: boolean;
  /** What stands there to begin with, where nothing unfinished was kept. */
  initial?: string;
  /** Gives up; what was typed is let go. */
  onCancel?: () => void;
  /** Files may go along. */
  files?: boolean;
  /** There is a place for a heading. */
  titled?: boolean;
  /** The heading to begin with. */
  initialTitle?: string;
  /** Whom an `@` may name. */
  people?: readonly Labelled[] | undefined;
  /** Anybody may read it. */
  open?: boolean;
  /** @param attached what the background calls the files that go along */
  onSend: (text: string, attached: string[], title: string) => Promise<unknown>;
}

const nobody: readonly Labelled[] = [];

/** Writes a text and sends it with the button or Ctrl+Enter. What can't be sent stays as it is. */
export function Composer(props: ComposerProps) {
  const {
    label,
    most,
    draft,
    initial = '',
    files = false,
    titled = false,
    initialTitle = '',
    people = nobody,
    onSend,
    onCancel,
  } = props;
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(initial);
  const [title, setTitle] = useState(initialTitle);
  const [refused, setRefused] = useState<Failure>();
  const sending = useAction(onSend);
  const attachments = useAttachments();
  const suggestions = useSuggestions(people, area, (value) => change(value));
  const offers = suggestions.offered.length > 0;

  useEffect(() => {
    // A draft arrives a moment after the page; what was typed in that moment wins.
    void readDraft(draft).then((kept) => {
      if (kept.text === '' && kept.title === '') return;
      // An empty one says nothing: the post may have got its title since.
      if (kept.title !== '') setTitle((typed) => (typed === initialTitle ? kept.title : typed));
      setText((typed) => (typed === initial ? kept.text : typed));
    });
  }, [draft]);

  useEffect(() => fitHeight(area.current), [text]);

  useEffect(() => {
    if (props.focused === true) area.current?.focus();
  }, []);

  const change = (value: string, heading = title) => {
    setText(value);
    setTitle(heading);
    setRefused(undefined);
    sending.forgive();
    void writeDraft(draft, { text: value, title: heading });
  };

  const attach = (chosen: Iterable<File>) => {
    setRefused(undefined);
    sending.forgive();
    attachments.add(chosen);
  };

  /** A text that is dropped or pasted goes where it always does. */
  const take = (event: Event, from: DataTransfer | null) => {
    const chosen = [...(from?.files ?? [])];
    if (chosen.length === 0) return;
    event.preventDefault();
    attach(chosen);
  };

  const submit = async () => {
    const { all, ready } = attachments;
    if (text.trim() === '' && all.length === 0) return setRefused({ code: 'text-empty' });
    const words = withAddresses(text.trim(), people);
    if (words.length > most) return setRefused({ code: 'text-too-long' });
    if (!ready) return setRefused({ code: 'files-not-ready' });
    const attached = all.flatMap(({ id: held }) => held ?? []);
    if (await sending.run(words, attached, title.trim())) {
      change('', '');
      attachments.clear();
    }
    area.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onDragOver={(event) => {
        if (files && event.dataTransfer?.types.includes('Files')) event.preventDefault();
      }}
      onDrop={(event) => {
        if (files) take(event, event.dataTransfer);
      }}
    >
      {titled && (
        <input
          class="composer__title"
          aria-label={t('compose_title')}
          placeholder={t('compose_title')}
          maxLength={limits.titleCharacters}
          value={title}
          readOnly={sending.busy}
          onInput={(event) => change(text, event.currentTarget.value)}
        />
      )}
      <textarea
        ref={area}
        class="composer__text"
        aria-label={label}
        aria-describedby={`${id}-hint`}
        aria-autocomplete={people.length > 0 ? 'list' : undefined}
        aria-haspopup={people.length > 0 ? 'listbox' : undefined}
        aria-controls={offers ? `${id}-people` : undefined}
        aria-activedescendant={offers ? chosenId(`${id}-people`, suggestions) : undefined}
        placeholder={props.placeholder}
        rows={props.lines}
        data-start={props.start}
        value={text}
        readOnly={sending.busy}
        onPaste={(event) => {
          if (files) take(event, event.clipboardData);
        }}
        onInput={(event) => {
          change(event.currentTarget.value);
          suggestions.look(event.currentTarget);
        }}
        onClick={(event) => suggestions.look(event.currentTarget)}
        onBlur={suggestions.close}
        onKeyDown={(event) => {
          if (suggestions.key(event)) return;
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void submit();
        }}
      />
      <MentionList id={`${id}-people`} suggestions={suggestions} />
      {props.open === true && <MentionNote text={withAddresses(text, people)} />}
      {files && <AttachmentList attachments={attachments} />}
      <FailureNote failure={refused ?? sending.failure} />
      <div class="composer__foot">
        <p class="composer__hint" id={`${id}-hint`}>
          <Icon name={props.hintIcon} />
          <span>{props.hint}</span>
        </p>
        {files && <AttachButton onChoose={attach} />}
        <CharactersLeft used={text.length} most={most} />
        <kbd class="composer__keys">{t('compose_keys')}</kbd>
        {onCancel !== undefined && (
          <Button
            kind="quiet"
            onClick={() => {
              change('', '');
              onCancel();
            }}
          >
            {t('action_cancel')}
          </Button>
        )}
        <Button kind="primary" submit busy={sending.busy} title={t('compose_keys')}>
          {props.send}
        </Button>
      </div>
    </form>
  );
}

function AttachButton({ onChoose }: { onChoose: (files: Iterable<File>) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon="attach" label={t('attach_action')} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t('attach_action')}
        onChange={(event) => {
          onChoose([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}

/** Grows with its text up to what the style allows; from there it scrolls. */
function fitHeight(area: HTMLTextAreaElement | null): void {
  if (area === null) return;
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight + 2}px`;
}
