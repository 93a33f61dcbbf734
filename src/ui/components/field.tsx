import { useEffect, useId, useRef } from 'preact/hooks';
import type { Failure } from '../client/failure.ts';
import { codeKey } from '../i18n/code-key.ts';
import { t, tn } from '../i18n/i18n.ts';

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  placeholder?: string;
  failure?: Failure | undefined;
  /** A sentence of its own, where no code says it. */
  problem?: string | undefined;
  /** Lines; more than one makes it a text area. */
  lines?: number;
  /** Shows how many characters are left. */
  most?: number;
  /** Dots instead of letters. */
  secret?: boolean;
  /** The place to start when it appears. */
  focused?: boolean;
  mono?: boolean;
  /** The `datalist` with what may be meant. */
  list?: string;
}

/** A labelled input with its hint, its counter and its error, tied together for screen readers. */
export function Field(props: FieldProps) {
  const { label, value, onChange, hint, failure, lines = 1, most, focused, mono } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focused === true)
      box.current?.querySelector<HTMLElement>('input, textarea')?.focus({ preventScroll: true });
  }, []);
  const problem = props.problem ?? (failure === undefined ? undefined : t(codeKey(failure.code)));
  const shared = {
    id,
    value,
    placeholder: props.placeholder,
    spellcheck: lines > 1 && mono !== true,
    autocomplete: 'off',
    class: mono === true ? 'input input--mono' : 'input',
    'aria-invalid': problem !== undefined,
    'aria-describedby': `${id}-note`,
  };
  return (
    <div class="field" ref={box}>
      <label class="field__label" for={id}>
        {label}
      </label>
      {lines > 1 ? (
        <textarea
          {...shared}
          rows={lines}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <input
          {...shared}
          {...(props.secret === true
            ? ({ type: 'password' } as const)
            : ({ type: 'text', list: props.list } as const))}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
      <div class="field__note" id={`${id}-note`}>
        {problem !== undefined ? (
          <span class="field__problem" role="alert">
            {problem}
          </span>
        ) : (
          hint !== undefined && <span>{hint}</span>
        )}
        {most !== undefined && <CharactersLeft used={value.length} most={most} />}
      </div>
    </div>
  );
}

/** Silent while there is plenty of room: a counter that always counts is noise. */
export function CharactersLeft({ used, most }: { used: number; most: number }) {
  const left = most - used;
  if (used === 0 || left > most / 2) return null;
  return left < 0 ? (
    <span class="counter counter--over">{tn('characters_over', -left)}</span>
  ) : (
    <span class="counter">{tn('characters_left', left)}</span>
  );
}
