import { text } from 'node:stream/consumers';
import { secretKeyText } from '../../src/domain/age/key-text.ts';
import { backupSecretKey } from '../../src/domain/backup/key.ts';
import { rootFromPhrase } from '../../src/domain/recovery-phrase.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/**
 * Reads the 24 recovery words and prints the key by which any age program opens a backup. From the standard
 * input only: what is typed after a command stays in the shell's history.
 */
export async function backupKey(): Promise<ExitCode> {
  if (process.stdin.isTTY) console.error('Type the 24 words, then Enter and Ctrl+D.');
  const root = rootFromPhrase(await text(process.stdin));
  if (!root.ok) {
    console.error('These are not 24 recovery words: one is missing, misspelt or in another place.');
    return exitCodes.failed;
  }
  await sodiumReady();
  console.log(secretKeyText(backupSecretKey(root.value)));
  return exitCodes.done;
}
