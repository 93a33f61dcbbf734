import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { announce } from './announcer.tsx';
import { Icon } from './icon.tsx';

interface CopyButtonProps {
  /** What it copies, in words: "Copy address". */
  label: string;
  text: string;
}

export function CopyButton({ label, text }: CopyButtonProps) {
  const [done, setDone] = useState(false);

  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 2_000);
    return () => clearTimeout(timer);
  }, [done]);

  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    announce(t('copied'));
  };

  return (
    <button
      type="button"
      class={done ? 'icon-button icon-button--done' : 'icon-button'}
      aria-label={label}
      title={label}
      onClick={() => void copy()}
    >
      <Icon name={done ? 'check' : 'copy'} />
    </button>
  );
}
