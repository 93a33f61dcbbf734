// npm run mutants [-- WORD…]: switches rules of the domain off, one at a time, in copies, and runs the tests that are
// about them: each rule must make one fail. With words, only rules whose name or area holds one of them.
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from './lib/root.mjs';

const copied = [
  'src/domain',
  'src/protocol',
  'test/domain',
  'test/property',
  'test/vectors',
  'docs/protocol',
  'tsconfig.base.json',
  'package.json',
  'vitest.config.ts',
];
/** As many at once as leave a machine of two cores usable. */
const atOnce = 2;

const words = process.argv.slice(2);
const areas = readdirSync(join(root, 'test/mutants')).map((file) => ({
  area: basename(file, '.json'),
  ...JSON.parse(readFileSync(join(root, 'test/mutants', file), 'utf8')),
}));
const asked = areas.flatMap(({ rules, ...area }) =>
  rules
    .map((rule) => ({ ...area, ...rule }))
    .filter(
      ({ area, rule }) =>
        words.length === 0 || words.some((word) => area === word || rule.includes(word)),
    ),
);
for (const { folder, file, find, rule } of asked) {
  const text = readFileSync(join(root, folder, file), 'utf8');
  if (text.split(find).length !== 2)
    throw new Error(`${rule}: ${file} does not hold this once: ${find}`);
}
const began = Date.now();
const copies = Array.from({ length: atOnce }, copy);
const results = [];

try {
  const [first] = copies;
  for (const { area, tests, slower } of areas.filter(({ area }) =>
    asked.some((one) => one.area === area),
  )) {
    if (!(await passes(first, [...tests, ...slower])))
      throw new Error(`${area}: its tests fail with every rule on`);
  }
  const open = asked.toReversed();
  await Promise.all(copies.map((folder) => work(folder, open)));
} finally {
  for (const folder of copies) rmSync(folder, { recursive: true, force: true });
}
const unnoticed = results.filter(({ noticed }) => !noticed);
for (const { area, rule } of unnoticed) console.log(`NOT NOTICED  ${area.padEnd(14)} ${rule}`);
console.log(
  `${results.length - unnoticed.length} of ${results.length} rules noticed when off, ${unnoticed.length} not, ` +
    `in ${Math.round((Date.now() - began) / 1000)} s`,
);
if (unnoticed.length > 0) process.exitCode = 1;

function copy() {
  const folder = mkdtempSync(join(tmpdir(), 'network25-mutants-'));
  for (const part of copied) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function work(folder, open) {
  for (let mutant = open.pop(); mutant !== undefined; mutant = open.pop()) {
    const since = Date.now();
    const noticed = await isNoticed(folder, mutant);
    results.push({ ...mutant, noticed });
    const seconds = ((Date.now() - since) / 1000).toFixed(1).padStart(5);
    console.log(
      `${noticed ? 'noticed    ' : 'NOT NOTICED'} ${seconds} s  ${mutant.area.padEnd(14)} ${mutant.rule}`,
    );
  }
}

/** The nearest tests come first, and those of the whole area only if they notice nothing. */
async function isNoticed(folder, { folder: part, file, find, replace, first, tests, slower }) {
  const path = join(folder, part, file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
  let noticed = false;
  for (const some of [first[file] ?? [], tests, slower]) {
    noticed ||= some.length > 0 && !(await passes(folder, some));
  }
  writeFileSync(path, text);
  return noticed;
}

/** Whether these tests pass; a run that hangs doesn't. */
function passes(folder, tests) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const files = tests.map((test) => join('test/domain', test));
  // All files in one thread: half the time of a process for each.
  const how = ['--no-isolate', '--pool', 'threads', '--maxWorkers', '1', '--bail', '1'];
  const parameters = ['run', '--project', 'unit', ...how, ...files];
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, stdio: 'ignore', timeout: 120_000 };
    spawn(process.execPath, [vitest, ...parameters], options)
      .once('error', reject)
      .once('exit', (code) => resolve(code === 0));
  });
}
