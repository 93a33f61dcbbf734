import { limits } from '../../protocol/limits.ts';
import type { Failure } from '../../ui/client/failure.ts';

/** What is wrong with a title; nothing where it can be used. */
export function titleFailure(title: string): Failure | undefined {
  if (title.trim() === '') return { code: 'name-empty' };
  return title.trim().length > limits.titleCharacters ? { code: 'name-too-long' } : undefined;
}
