// npm run verify: the gate before every change lands. Stops at the first check that fails and shows its output.
import { checks } from './lib/checks.mjs';
import { inSeconds } from './lib/run.mjs';
import { inWords } from './lib/suites.mjs';

let total = 0;
for (const check of checks) {
  const { ok, output, seconds, counts } = await check.run();
  total += seconds;
  if (!ok) {
    console.error(`${output.trimEnd()}\n\n${check.name} failed after ${inSeconds(seconds)}`);
    process.exitCode = 1;
    break;
  }
  console.log(
    `${check.name.padEnd(14)}${inSeconds(seconds).padStart(8)}${counts ? `  ${inWords(counts)}` : ''}`,
  );
}
if (process.exitCode !== 1) console.log(`${'all'.padEnd(14)}${inSeconds(total).padStart(8)}`);
