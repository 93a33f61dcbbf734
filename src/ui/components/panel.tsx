import { useId } from 'preact/hooks';
import type { ComponentChildren } from 'preact';

interface PanelProps {
  title: string;
  text?: string;
  children: ComponentChildren;
}

/** A titled card: one subject of the settings. */
export function Panel({ title, text, children }: PanelProps) {
  const id = useId();
  return (
    <section class="card stack panel" aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        {text !== undefined && <p class="panel__text">{text}</p>}
      </div>
      {children}
    </section>
  );
}
