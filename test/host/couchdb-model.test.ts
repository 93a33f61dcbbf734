import { test } from 'vitest';
import { checkAgainstModel } from './couchdb-model-check.ts';

test('whatever is asked in whatever order, PouchDB in memory answers the same', () =>
  checkAgainstModel(30, 25_984));
