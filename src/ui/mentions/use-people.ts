import { useMemo } from 'preact/hooks';
import { useAsk } from '../client/use-ask.ts';
import { labelled, type Labelled } from './labels.ts';

/** Whom one may name in a space, or in one's own blog; `undefined` until that is known. */
export function usePeople(space?: string): readonly Labelled[] | undefined {
  const asked = useAsk('mentionable', space === undefined ? {} : { space }, ['friends', 'forums']);
  return useMemo(() => (asked.value ? labelled(asked.value) : undefined), [asked.value]);
}
