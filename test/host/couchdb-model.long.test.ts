import { test } from 'vitest';
import { checkAgainstModel } from './couchdb-model-check.ts';

test('five hundred times, PouchDB in memory answers the same', { timeout: 1_800_000 }, () =>
  checkAgainstModel(500),
);
