import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useAction } from '../client/use-action.ts';
import { Button } from './button.tsx';
import { FailureNote } from './failure-note.tsx';

interface ConfirmDialogProps {
  title: string;
  text: string;
  confirm: string;
  /** The safe way out. It has the focus, so that a stray key changes nothing. */
  keep: string;
  /** What there is to choose with it. */
  children?: ComponentChildren;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

/** Asks before something that can't be taken back. */
export function ConfirmDialog({
  title,
  text,
  confirm,
  keep,
  children,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const safe = useRef<HTMLDivElement>(null);
  const action = useAction(onConfirm);

  useEffect(() => {
    dialog.current?.showModal();
    // Where there is something to choose, the browser would begin with that.
    safe.current?.querySelector('button')?.focus();
  }, []);

  const confirmed = async () => {
    if (!(await action.run())) return;
    // An open dialog that is taken away leaves the focus nowhere; a closed one gives it back.
    if (dialog.current) dialog.current.close();
    else onClose();
  };

  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onClose={onClose}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      <p id={`${id}-text`}>{text}</p>
      {children}
      <FailureNote failure={action.failure} />
      <div class="actions" ref={safe}>
        <Button onClick={() => dialog.current?.close()}>{keep}</Button>
        <Button kind="danger" busy={action.busy} onClick={() => void confirmed()}>
          {confirm}
        </Button>
      </div>
    </dialog>
  );
}
