import { utf8 } from '../../domain/bytes.ts';
import { scrypt, sodiumReady } from '../../domain/sodium.ts';
import type { ScryptJob } from './stretch-backup.ts';

/** One job, then it is ended, and its memory goes with it. */
addEventListener('message', (event: MessageEvent<ScryptJob>) => {
  const { passphrase, salt, logN } = event.data;
  sodiumReady()
    // As it was typed: another program that opens the file knows of no normal form.
    .then(() => postMessage(scrypt(utf8(passphrase), salt, logN)))
    // No memory for it, say: who waits hears that there is no answer.
    .catch(() => postMessage(undefined));
});
