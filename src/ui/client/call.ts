import type { PageCallArguments, PageCallName, PageResults } from '../../protocol/page-calls.ts';
import { client } from '../browser/page-client.ts';

/** Asks the background once. Rejects with a `CodedError` only. */
export function call<Name extends PageCallName>(
  name: Name,
  args: PageCallArguments<Name>,
): Promise<PageResults[Name]> {
  return client.call(name, args);
}
