import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.mjs';
import { runScript } from './run.mjs';

/** Runs `npm run test:NAME`. Gives what `run` gives, and the counts. */
export async function runSuite(name, options = {}) {
  const file = join(root, 'test-artifacts', 'results', `${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const parameters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const ran = await runScript(`test:${name}`, { ...options, parameters });
  return { ...ran, counts: countTests(readResult(file), ran.ok) };
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * What vitest's JSON reporter says. A file that broke before its first test counts as one failure, and so
 * does a run that failed without saying where: no failure may look like none.
 */
export function countTests(result, ok) {
  if (!result) return { passed: 0, failed: ok ? 0 : 1, skipped: 0 };
  const broken = result.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = result.numFailedTests + broken.length;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && !ok ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

export function inWords({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
