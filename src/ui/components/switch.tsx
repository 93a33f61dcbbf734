import { useId } from 'preact/hooks';

interface SwitchProps {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  hint?: string;
}

/** A setting that takes effect at once. */
export function Switch({ label, on, onChange, hint }: SwitchProps) {
  const id = useId();
  return (
    <div class="switch">
      <button
        type="button"
        role="switch"
        class="switch__control"
        aria-checked={on}
        aria-labelledby={`${id}-label`}
        aria-describedby={`${id}-hint`}
        onClick={() => onChange(!on)}
      >
        <span class="switch__knob" />
      </button>
      <div>
        <span class="switch__label" id={`${id}-label`} onClick={() => onChange(!on)}>
          {label}
        </span>
        {hint !== undefined && (
          <p class="switch__hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
