import type { HostDatabase } from '../store/database.ts';
import type { HostStore } from '../store/store.ts';
import type { AccessControl, Rights } from './access/access.ts';
import type { FeedCounts } from './feeds.ts';
import type { InboxWork } from './limits/inbox-work.ts';
import type { BroughtNews } from './limits/brought.ts';
import type { EndpointLimits } from './limits/limits.ts';
import type { Caller, EndpointRequest, EndpointResponse } from './messages/message.ts';
import type { Query } from './messages/query.ts';
import type { Quotas } from './limits/quotas.ts';

/** What every route has at hand. */
export interface Parts {
  readonly store: HostStore;
  readonly access: AccessControl;
  readonly limits: EndpointLimits;
  readonly feeds: FeedCounts;
  readonly work: InboxWork;
  readonly quotas: Quotas;
  readonly news: BroughtNews;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Runs the deliveries to one inbox one after the other, so that its limit holds. */
  readonly inTurn: <T>(database: string, task: () => Promise<T>) => Promise<T>;
}

/** One request to the server under way. */
export interface Exchange {
  readonly parts: Parts;
  readonly request: EndpointRequest;
  readonly caller: Caller;
  readonly query: Query;
}

/** One request to a database the caller has some right in. */
export interface DatabaseExchange extends Exchange {
  readonly database: HostDatabase;
  readonly rights: Rights;
  /** The path's parts behind the database's name, decoded. */
  readonly rest: readonly string[];
}

/** The right a route asks for; `either` is read or write, `push` is write or deliver. */
export type Need = 'read' | 'write' | 'either' | 'push' | 'own';

export interface Route<E extends Exchange> {
  readonly need: Need;
  readonly answer: (exchange: E) => Promise<EndpointResponse> | EndpointResponse;
}

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'COPY';
export type Routes<E extends Exchange> = Readonly<Partial<Record<Method, Route<E>>>>;

const granted: Readonly<Record<Need, (rights: Rights) => boolean>> = {
  read: ({ read }) => read,
  write: ({ write }) => write,
  either: ({ read, write }) => read || write,
  push: ({ write, deliver }) => write || deliver,
  own: ({ own }) => own,
};

export function grants(rights: Rights, need: Need): boolean {
  return granted[need](rights);
}

/** Whether this is someone else than the owner: deletions are not shown, and documents are checked. */
export function isOutsider(caller: Caller): boolean {
  return caller.kind === 'peer' || caller.kind === 'stranger';
}
