import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

interface ButtonProps {
  children: ComponentChildren;
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  icon?: IconName;
  /** Under way: it says so, and cannot be pressed again. */
  busy?: boolean;
  submit?: boolean;
  /** Shown when the pointer rests on it. */
  title?: string;
  onClick?: () => void;
}

export function Button({
  children,
  kind = 'plain',
  icon,
  busy = false,
  submit,
  title,
  onClick,
}: ButtonProps) {
  return (
    <button
      type={submit === true ? 'submit' : 'button'}
      class={`button button--${kind}`}
      aria-disabled={busy}
      aria-busy={busy}
      title={title}
      onClick={() => {
        if (!busy) onClick?.();
      }}
    >
      {icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps {
  /** What it does, for the ear and as a tooltip. */
  label: string;
  icon: IconName;
  onClick: () => void;
}

export function IconButton({ label, icon, onClick }: IconButtonProps) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
