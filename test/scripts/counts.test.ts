import { expect, test } from 'vitest';
import { countTests, type VitestResult } from '../../scripts/lib/suites.mjs';

const result = (over: Partial<VitestResult> = {}): VitestResult => ({
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
  ...over,
});

test('counts what passed, failed and was skipped', () => {
  expect(countTests(result(), true)).toEqual({ passed: 5, failed: 0, skipped: 1 });
  const failing = { status: 'failed', assertionResults: [{ status: 'failed' }] };
  expect(countTests(result({ numFailedTests: 1, testResults: [failing] }), false).failed).toBe(1);
});

test('a file that broke before its first test is a failure', () => {
  const broken = { status: 'failed', assertionResults: [] };
  expect(countTests(result({ testResults: [broken] }), false).failed).toBe(1);
});

test('a run that failed without saying where, or said nothing, is a failure', () => {
  expect(countTests(result(), false).failed).toBe(1);
  expect(countTests(undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
