import type { Result } from '../../../domain/result.ts';
import { CodedError } from '../../../protocol/codes.ts';

/** What a step in a sealed space made. Throws the CodedError that tells a person why there is none. */
export function soundStep<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  switch (result.code) {
    case 'too-large':
      throw new CodedError('text-too-long');
    case 'unknown-epoch':
    case 'unknown-pre-key':
    case 'uncertified-key':
      throw new CodedError('not-ready');
    case 'not-the-owner':
    case 'not-a-member':
      throw new CodedError('not-allowed');
    default:
      throw new CodedError('internal', result.code);
  }
}
