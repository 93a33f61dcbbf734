import type { DatabaseExchange, Route, Routes } from '../exchange.ts';
import { notImplemented } from '../messages/http-error.ts';

/** Said of what would run code or build an index out of other people's documents. */
export const nothingIsRun =
  'Nothing is run or indexed here: design documents are kept as plain data, and queries are not answered.';
const oneMachine = 'This is one machine with one person: there are no shards, nodes or jobs.';

const refusing = (reason: string): Route<DatabaseExchange> => ({
  need: 'own',
  answer: () => {
    throw notImplemented(reason);
  },
});
const query = refusing(nothingIsRun);
const shards = refusing(oneMachine);

/** What a database of CouchDB's has besides, said so to clients at a door opened by hand. */
export const databaseNotServed: Readonly<Record<string, Routes<DatabaseExchange>>> = {
  _find: { POST: query },
  _explain: { POST: query },
  _index: { GET: query, POST: query },
  '_index/_bulk_delete': { POST: query },
  _search: { GET: query, POST: query },
  _shards: { GET: shards },
  _sync_shards: { POST: shards },
};

/** And of a server's, by the first part of the path. */
export const serverNotServed: ReadonlyMap<string, string> = new Map([
  ...['_replicate', '_scheduler'].map((name): [string, string] => [
    name,
    'No replication is begun from here: give this address to the one that does.',
  ]),
  ...['_node', '_config', '_stats', '_system', '_log', '_restart'].map((name): [string, string] => [
    name,
    'There are no settings or figures here: see network25-host doctor.',
  ]),
  ...['_membership', '_cluster_setup', '_reshard'].map((name): [string, string] => [
    name,
    oneMachine,
  ]),
  ...['_search_analyze', '_nouveau_analyze', '_utils'].map((name): [string, string] => [
    name,
    nothingIsRun,
  ]),
]);
