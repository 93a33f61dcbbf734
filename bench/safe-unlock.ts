import { Safe } from '../src/background/safe/safe.ts';
import { createKeys } from '../src/background/identity.ts';
import type { KeptKeys } from '../src/background/local-settings.ts';
import { argon2id, randomBytes, sodiumReady } from '../src/domain/sodium.ts';
import { passphraseBytes } from '../src/domain/vault/key-sheet.ts';
import { TestSessionArea } from '../test/store/session-area.ts';
import { line, median, spread, timed, title } from './lib/figures.ts';

/**
 * Opening the safe beside bare Argon2id of the same cost, in pairs. In the browser Argon2id runs in a worker that is
 * started for it: `popup-in-firefox` says what a person waits for there.
 */

const rounds = Number(process.env['ROUNDS'] ?? 12);
const passphrase = 'lantern river tuesday moss violin';

await sodiumReady();
const safe = safeFor();
await safe.begin(createKeys(), passphrase);
const cost = { ops: 3, memory: 67_108_864 };
const whole: number[] = [];
const bare: number[] = [];
for (let round = -1; round < rounds; round += 1) {
  await safe.lock();
  const { ms: unlocking } = await timed(() => safe.unlock(passphrase));
  const salt = randomBytes(16);
  const { ms: alone } = await timed(() => argon2id(passphraseBytes(passphrase), salt, cost));
  // The first time everything is compiled.
  if (round < 0) continue;
  whole.push(unlocking);
  bare.push(alone);
}
title('Opening the safe: Argon2id, 3 passes over 64 MiB');
line('the passphrase → all keys', spread(whole));
line('Argon2id alone', spread(bare));
const ratios = whole.map((ms, at) => ms / (bare[at] ?? ms));
line('median of the ratios of each pair', median(ratios).toFixed(3));

function safeFor(): Safe {
  let kept: KeptKeys | undefined;
  return new Safe({
    kept: () => kept,
    keep: async (keys) => {
      kept = keys;
    },
    overwriteOld: () => Promise.resolve(),
    session: new TestSessionArea(),
    stretch: async (words, lock) => argon2id(passphraseBytes(words), lock.salt, lock.cost),
    random: randomBytes,
  });
}
