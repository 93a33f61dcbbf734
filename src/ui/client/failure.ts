import { CodedError, codeOf } from '../../protocol/codes.ts';
import type { Code } from '../../protocol/codes.ts';

/** A failure as a page shows it: a sentence by its code, and a detail of ours where there is one. */
export interface Failure {
  code: Code;
  detail?: string;
}

export function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  return error instanceof CodedError && error.detail !== undefined
    ? { code, detail: error.detail }
    : { code };
}
