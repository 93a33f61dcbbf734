export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
export interface VitestResult {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}
export function countTests(result: VitestResult | undefined, ok: boolean): Counts;
