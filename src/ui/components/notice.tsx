import type { ComponentChildren } from 'preact';
import type { Tone } from '../words/tone.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

interface NoticeProps {
  tone: Tone;
  icon: IconName;
  title: string;
  text?: string | undefined;
  children?: ComponentChildren;
}

/** Something the person should know here, with what they can do about it. */
export function Notice({ tone, icon, title, text, children }: NoticeProps) {
  return (
    <section class={`notice notice--${tone}`} aria-label={title}>
      <Icon name={icon} />
      <div class="notice__body">
        <p class="notice__title">{title}</p>
        {text !== undefined && <p class="notice__text">{text}</p>}
        {children}
      </div>
    </section>
  );
}
