// Runs web-ext with this project's settings: node web-ext-config.js run|build|lint
// It is a runner and not a configuration: web-ext 10 refuses to read a configuration of this name, and
// calling its module directly looks for none.
import { join } from 'node:path';
import { cmd } from 'web-ext';

const sourceDir = join(import.meta.dirname, 'dist', 'extension');
const artifactsDir = join(import.meta.dirname, 'test-artifacts', 'web-ext');

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
      { sourceDir, artifactsDir, output: 'text', warningsAsErrors: true, selfHosted: true },
      { shouldExitProgram: false },
    );
    if (result.summary.errors + result.summary.warnings > 0) process.exitCode = 1;
  },
};

const name = process.argv[2] ?? '';
if (Object.hasOwn(commands, name)) {
  await commands[name]();
} else {
  console.error(`usage: node web-ext-config.js ${Object.keys(commands).join('|')}`);
  process.exitCode = 2;
}
