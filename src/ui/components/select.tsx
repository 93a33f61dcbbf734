import { useId } from 'preact/hooks';

interface SelectProps {
  label: string;
  hint?: string;
  value: string;
  choices: readonly { readonly value: string; readonly label: string }[];
  onChange: (value: string) => void;
}

/** One of a few. It takes effect at once. */
export function Select({ label, hint, value, choices, onChange }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {label}
      </label>
      <select
        id={id}
        class="select"
        value={value}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} selected={choice.value === value}>
            {choice.label}
          </option>
        ))}
      </select>
      {hint !== undefined && (
        <p class="small soft" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
