import { databaseRoutes } from '../../native-host/endpoint/routes/database.ts';

/** Every method that has a meaning anywhere, and one that has none; CONNECT is no request to a path. */
export const methods = [
  'GET',
  'HEAD',
  'PUT',
  'POST',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'COPY',
  'MOVE',
  'PROPFIND',
  'TRACE',
  'STEAL',
] as const;

/**
 * What may stand behind a database's name: all that the table of routes has, and every form of a document's or
 * attachment's path, with `id` in the place of a document's id.
 */
export function everyPath(id = 'doc'): string[] {
  return [
    ...Object.keys(databaseRoutes).map((part) => (part === '' ? '' : `/${part}`)),
    '/',
    `/${id}`,
    `/${id}?new_edits=false`,
    `/${id}?rev=1-a`,
    `/${id}/file.txt`,
    `/${id}/file.txt?rev=1-a`,
    '/_local/checkpoint',
    '/_local%2Fcheckpoint',
    '/_local_docs',
    '/_all_docs/queries',
    '/_design/x',
    '/_design%2Fx',
    '/_design/x/file.txt',
    '/_design/x/_view/y',
    '/_design/x/_update/y',
    '/_purge',
    '/_find',
    '/_index',
    '/_nothing',
    '/%00',
    '//',
  ];
}
