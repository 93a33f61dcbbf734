import type { Code } from '../../protocol/codes.ts';
import type { MessageKey } from './message-key.ts';

type Underscored<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}_${Underscored<Tail>}`
  : Text;

/** The key of the sentence that tells a person what a code means and what to do. */
export function codeKey(code: Code): MessageKey {
  return `code_${code.replaceAll('-', '_')}` as `code_${Underscored<Code>}`;
}
