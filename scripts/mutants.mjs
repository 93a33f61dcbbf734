// Switches the rules of membership off, one at a time, in a copy, and runs their tests: each must fail.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const rules = JSON.parse(readFileSync(join(root, 'test/domain/membership-mutants.json'), 'utf8'));
const asked = process.argv.slice(2);
const copy = mkdtempSync(join(tmpdir(), 'network25-mutants-'));
const survivors = [];

try {
  for (const part of [
    'src/domain',
    'test/domain',
    'test/vectors',
    'docs/protocol',
    'tsconfig.base.json',
    'package.json',
    'vitest.config.ts',
  ]) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  if (!passes()) throw new Error('the tests fail already, with every rule on');
  for (const { rule, file, find, replace } of rules) {
    if (asked.length > 0 && !asked.some((word) => rule.includes(word))) continue;
    const path = join(copy, 'src/domain/membership', file);
    const text = readFileSync(path, 'utf8');
    if (text.split(find).length !== 2) throw new Error(`${file} does not hold this once: ${find}`);
    writeFileSync(
      path,
      text.replace(find, () => replace),
    );
    const survived = passes();
    writeFileSync(path, text);
    if (survived) survivors.push(rule);
    console.log(`${survived ? 'NOT NOTICED' : 'noticed'}  ${rule}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
if (survivors.length > 0) {
  console.log(`${String(survivors.length)} rules can be switched off without a test that fails`);
  process.exitCode = 1;
}

/** The stories first: they are quick, and most rules have one. */
function passes() {
  return run('--exclude', '**/membership-property.test.ts') && run();
}

function run(...more) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const only = ['--project', 'unit', '--bail', '1', 'test/domain/membership'];
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...only, ...more], {
    cwd: copy,
    stdio: 'ignore',
  });
  return status === 0;
}
