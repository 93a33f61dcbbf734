import { line, title } from './lib/figures.ts';
import { cryptoTimings } from './lib/crypto-timings.ts';
import { cryptoTimingsInFirefox } from './lib/crypto-in-firefox.ts';

/**
 * What seals, signatures and checks take on one core, with libsodium's WebAssembly: in Node, and with
 * `--firefox` in a real Firefox as it is and with its JIT off, as Tor Browser's higher security levels have it.
 */

report('Node', await cryptoTimings());
if (process.argv.includes('--firefox')) {
  report('Firefox', await cryptoTimingsInFirefox({}));
  const withoutJit = { 'javascript.options.ion': false, 'javascript.options.baselinejit': false };
  report('Firefox without JIT', await cryptoTimingsInFirefox(withoutJit));
}

function report(where: string, timings: Readonly<Record<string, number>>): void {
  title(`Cryptography in ${where}, milliseconds each (medians)`);
  for (const [what, ms] of Object.entries(timings)) line(what, ms.toFixed(ms < 10 ? 3 : 0));
}
