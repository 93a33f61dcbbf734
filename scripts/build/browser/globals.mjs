// What PouchDB's memory adapter expects of Node. esbuild adds it only where it is used.
export { Buffer } from 'buffer';

export const process = {
  browser: true,
  env: {},
  version: '',
  nextTick: (task, ...values) => queueMicrotask(() => task(...values)),
};
