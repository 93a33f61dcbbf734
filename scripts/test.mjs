// npm test: installs what it needs, then every check and every suite except the long ones. Ends with one
// line, "N passed, N failed": tests, and one for each check that failed.
import { checks } from './lib/checks.mjs';
import { command } from './lib/refusal.mjs';
import { inSeconds } from './lib/run.mjs';
import { installPeers } from './lib/packages.mjs';
import { setUp } from './lib/setup.mjs';
import { inWords, runSuite } from './lib/suites.mjs';

const steps = [
  ...checks,
  { name: 'host tests', needsBuild: true, run: () => runSuite('host', { show: true }) },
  { name: 'browser tests', needsBuild: true, run: () => runSuite('browser', { show: true }) },
];

await command(async () => {
  await setUp();
  await installPeers();
  const lines = [];
  let passed = 0;
  let failed = 0;
  let built = true;
  const note = (line) => {
    lines.push(line);
    console.log(line);
  };
  for (const step of steps) {
    if (step.needsBuild && !built) {
      failed += 1;
      note(`FAILED  ${step.name}: not run, because the build failed`);
      continue;
    }
    const { ok, output, seconds, counts } = await step.run();
    if (!ok) console.log(output.trimEnd());
    passed += counts?.passed ?? 0;
    failed += counts?.failed ?? (ok ? 0 : 1);
    if (step.name === 'build') built = ok;
    note(
      `${ok ? 'ok     ' : 'FAILED '} ${step.name.padEnd(14)}${inSeconds(seconds).padStart(9)}` +
        (counts ? `  ${inWords(counts)}` : ''),
    );
  }
  console.log(`\n${lines.join('\n')}\n`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
