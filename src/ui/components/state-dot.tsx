import type { Tone } from '../words/tone.ts';

/** The colour of a state; the words beside it say the same. */
export function StateDot({ tone }: { tone: Tone }) {
  return <span class={`dot dot--${tone}`} aria-hidden="true" />;
}
