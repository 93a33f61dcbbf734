import { defineConfig } from 'vitest/config';

const long = '**/*.long.test.ts';

/**
 * Suites by what they need, so that each can be run alone:
 * `unit` needs Node only, `host` needs real processes and a real tor, `browser` a real Firefox too.
 * `safe` is what a seized machine tells: parts of the others, and what takes too long for them.
 * `faults` kills, fills, tears and starves the host, hundreds of times.
 * Files named `*.long.test.ts` (fuzzing at length, journeys once more) run only in `long`.
 */
export default defineConfig({
  test: {
    // PouchDB talks to itself; what a failing test printed is shown.
    silent: 'passed-only',
    projects: [
      {
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/host/**', 'test/tor/**', 'test/browser/**', 'test/faults/**', long],
          // A property test's hundred cases take a second, and many times that on a busy machine.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'host',
          include: ['test/{host,tor}/**/*.test.ts'],
          exclude: [long],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          exclude: [long],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'safe',
          include: ['test/safe/**/*.test.ts', 'test/browser/{safe,backup}.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'long',
          include: [`test/${long}`],
          testTimeout: 1_800_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/domain/**'],
      reporter: ['text-summary', 'json-summary'],
      // Only a run of all unit tests reaches it: `npm run test:unit -- --coverage`.
      thresholds: { branches: 95 },
    },
  },
});
