/*
 * `pouchdb-browser` asks for `self` while it loads. Browsers have it; Node, where tests, benches and
 * headless members run the same code, has not.
 */
if (!('self' in globalThis)) Object.defineProperty(globalThis, 'self', { value: globalThis });
