import type { SpaceName } from '../../domain/space/name.ts';
import type { VaultChange } from '../../store/ports.ts';
import { purging } from '../../store/sealed-vault.ts';
import type { Context } from './context.ts';
import { forgettingMarks } from './feed/post-marks.ts';
import { chainRecord, decodeRecord } from './records.ts';

/**
 * `leftover/<space>`: what is decided to be gone, until it is. To be written with the decision; at a start the
 * purge goes on from there.
 */
export function leftover(space: string): string {
  return `leftover/${space}`;
}

/** That these spaces are to be gone, for the write by which that is decided. */
export function leaving(spaces: Iterable<string>): VaultChange[] {
  return [...spaces].map((space): VaultChange => [leftover(space), true]);
}

/**
 * Ends a space here for good: what the vault holds of it, then its key and what opened that, and only then the
 * databases. What stays in the vault (where our chain in it goes on, should we come back) gets another key.
 */
export async function purgeSpace(
  { vault, words, forms, drafts }: Pick<Context, 'vault' | 'words' | 'forms' | 'drafts'>,
  space: SpaceName,
  eraseDatabases: () => Promise<void>,
): Promise<void> {
  await vault.put(leftover(space), true);
  await words.forget(space);
  await forms.forget(space);
  const chain = decodeRecord(chainRecord, vault.get(`chain/${space}`));
  await vault.putMany([
    ...drafts.forgetting(space),
    ...forgettingMarks(vault, space),
    ...(chain ? [[`chain/${space}`, { ...chain, pending: [] }] as const] : []),
    purging(space),
  ]);
  await vault.finishPurges();
  await eraseDatabases();
  await vault.remove(leftover(space));
}
