import { argon2id, sodiumReady } from '../../domain/sodium.ts';
import { passphraseBytes } from '../../domain/vault/key-sheet.ts';
import type { StretchJob } from './stretch.ts';

/** One job, then it is ended, and its memory goes with it. */
addEventListener('message', (event: MessageEvent<StretchJob>) => {
  const { passphrase, salt, cost } = event.data;
  sodiumReady()
    .then(() => postMessage(argon2id(passphraseBytes(passphrase), salt, cost)))
    // No memory for it, say: who waits hears that there is no answer.
    .catch(() => postMessage(undefined));
});
