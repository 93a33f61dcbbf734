import { runScript } from './run.mjs';
import { runSuite } from './suites.mjs';

/** The quick gate, in the order in which a mistake costs least to find. */
export const checks = [
  { name: 'types', run: () => runScript('types') },
  { name: 'lint', run: () => runScript('lint') },
  { name: 'format', run: () => runScript('format:check') },
  { name: 'dead code', run: () => runScript('unused') },
  { name: 'unit tests', run: () => runSuite('unit') },
  { name: 'build', run: () => runScript('build') },
  { name: 'web-ext lint', run: () => runScript('webext:lint') },
];
