import { limits } from '../../protocol/limits.ts';
import type { Failure } from '../client/failure.ts';

/** What is wrong with a name or petname, if anything. */
export function nameFailure(name: string): Failure | undefined {
  const length = name.trim().length;
  if (length === 0) return { code: 'name-empty' };
  return length > limits.nameCharacters ? { code: 'name-too-long' } : undefined;
}
