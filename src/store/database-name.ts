import * as v from 'valibot';
import { CodedError } from '../protocol/codes.ts';
import { databaseNameField } from '../protocol/fields.ts';

/** Throws CodedError 'malformed' unless CouchDB and we would take this for a database name. */
export function assertDatabaseName(name: string): void {
  if (!v.is(databaseNameField, name)) throw new CodedError('malformed', 'database name');
}
