import type { ComponentChildren } from 'preact';
import { openInTab } from '../browser/open-pages.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

interface PageLinkProps {
  url: string;
  label?: string;
  icon?: IconName;
  class?: string;
  children?: ComponentChildren;
}

/** A link to another page of ours, which opens in a tab and takes a popup out of the way. */
export function PageLink({ url, label, icon, class: className, children }: PageLinkProps) {
  return (
    <a
      class={className}
      href={url}
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.preventDefault();
        void openInTab(url);
      }}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </a>
  );
}
