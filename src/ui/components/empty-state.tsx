import type { ComponentChildren } from 'preact';

interface EmptyStateProps {
  title: string;
  text: string;
  children?: ComponentChildren;
}

/** Nothing here yet, and what one can do about it. */
export function EmptyState({ title, text, children }: EmptyStateProps) {
  return (
    <div class="empty">
      <svg class="empty__rings" viewBox="0 0 120 120" aria-hidden="true">
        <circle cx="60" cy="60" r="56" />
        <circle cx="60" cy="60" r="40" />
        <circle cx="60" cy="60" r="24" />
        <circle class="empty__seed" cx="60" cy="60" r="7" />
      </svg>
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  );
}
