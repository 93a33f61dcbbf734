// Runs web-ext with this project's settings: node web-ext-config.js run|build|lint
// It is a runner and not a configuration: web-ext 10 refuses to read a configuration of this name, and
// calling its module directly looks for none.
import { join } from 'node:path';
import { cmd } from 'web-ext';

const sourceDir = join(import.meta.dirname, 'dist', 'extension');
const artifactsDir = join(import.meta.dirname, 'test-artifacts', 'web-ext');

// The linter can't be told that an add-on is not for Android (mozilla/addons-linter, issue 4833). This one
// has no gecko_android key, so nobody is offered it there: there is no native messaging.
const onlyOnAndroid = new Set(['KEY_FIREFOX_ANDROID_UNSUPPORTED_BY_MIN_VERSION']);

const commands = {
  /** Firefox with a profile of its own; NETWORK25_FIREFOX names another browser of the family. */
  run: () =>
    cmd.run({
      sourceDir,
      artifactsDir,
      firefox: process.env['NETWORK25_FIREFOX'],
      keepProfileChanges: false,
      noReload: true,
    }),
  build: () =>
    cmd.build({ sourceDir, artifactsDir, filename: 'network25.zip', overwriteDest: true }),
  /** Warnings are errors: what a reviewer would ask about is answered or gone. */
  lint: async () => {
    const result = await cmd.lint(
      { sourceDir, artifactsDir, output: 'none', selfHosted: true },
      { shouldExitProgram: false },
    );
    const found = [...result.errors, ...result.warnings].filter(
      ({ code }) => !onlyOnAndroid.has(code),
    );
    for (const { code, file, line, description } of found) {
      console.error(`${code} ${file ?? ''}${line ? `:${line}` : ''}\n  ${description}`);
    }
    console.log(`web-ext lint: ${found.length} errors and warnings, ${result.count} in all`);
    if (found.length > 0) process.exitCode = 1;
  },
};

const name = process.argv[2] ?? '';
if (Object.hasOwn(commands, name)) {
  await commands[name]();
} else {
  console.error(`usage: node web-ext-config.js ${Object.keys(commands).join('|')}`);
  process.exitCode = 2;
}
