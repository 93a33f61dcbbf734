import * as v from 'valibot';
import type { Change, ChangesOptions, ChangesPage } from '../../store/changes.ts';
import { isOutsider, type DatabaseExchange } from '../exchange.ts';
import { patienceOf, waitForChange, watch, type Patience } from '../feeds.ts';
import { badRequest } from '../messages/http-error.ts';
import { documentsPerPiece } from '../messages/in-pieces.ts';
import { asEvents, inLines, type FeedWriting } from '../messages/feed-writing.ts';
import { feed, json, pieces, type EndpointResponse } from '../messages/message.ts';
import { sequenceNumber, sequenceToken } from '../messages/sequence.ts';
import { readFilter } from './changes-filter.ts';

const changesPerPiece = 500;

const feedSchema = v.picklist(['normal', 'longpoll', 'continuous', 'eventsource']);
type Feed = v.InferOutput<typeof feedSchema>;

/** What is asked of the feed, beside how long to wait. */
type Asked = ChangesOptions & { readonly feed: Feed };

/** The changes feed: as it is now, or waiting for the next change, or on and on. */
export async function changes(exchange: DatabaseExchange): Promise<EndpointResponse> {
  const { parts, caller, query } = exchange;
  const asked = await readAsked(exchange);
  if (asked.feed === 'normal') {
    if (asked.limit === 0) return json(200, await nothing(exchange, asked));
    return pieces(normal(exchange, asked, await readPage(exchange, asked)));
  }
  parts.feeds.check(caller);
  const patience = patienceOf(query);
  if (asked.feed === 'longpoll') return feed(longPoll(exchange, asked, patience));
  const writing = asked.feed === 'continuous' ? inLines : asEvents;
  return feed(continuous(exchange, asked, patience, writing), writing.type);
}

async function readAsked(exchange: DatabaseExchange): Promise<Asked> {
  const { database, query, caller } = exchange;
  const kind = feedOf(exchange);
  const style = query.text('style') ?? 'main_only';
  if (style !== 'main_only' && style !== 'all_docs') {
    throw badRequest('The style must be main_only or all_docs.');
  }
  const chosen = await readFilter(exchange);
  const { updateSeq } = await database.info();
  return {
    feed: kind,
    since: sequenceNumber(sinceText(exchange, kind), database.incarnation, updateSeq),
    limit: query.count('limit') ?? Number.POSITIVE_INFINITY,
    descending: query.flag('descending'),
    upTo: updateSeq,
    allLeaves: style === 'all_docs',
    includeDocs: query.flag('include_docs'),
    attachments: query.flag('attachments'),
    conflicts: query.flag('conflicts'),
    livingOnly: isOutsider(caller),
    ...chosen,
  };
}

/** People from outside have no browser's `EventSource`: it could not say its token. */
function feedOf({ query, caller }: DatabaseExchange): Feed {
  const kind = v.safeParse(feedSchema, query.text('feed') ?? 'normal');
  if (kind.success && !(kind.output === 'eventsource' && isOutsider(caller))) return kind.output;
  throw badRequest('The feed must be normal, longpoll or continuous.');
}

/** A browser that comes again says in its head how far it got. */
function sinceText({ query, request }: DatabaseExchange, kind: Feed): string | undefined {
  const last = kind === 'eventsource' ? request.headers['last-event-id'] : undefined;
  return last ?? query.text('last-event-id') ?? query.text('since');
}

/** One page, from the beginning of what was asked for or from where the page before ended. */
function readPage(
  { database }: DatabaseExchange,
  asked: Asked,
  from?: number,
  limit = asked.limit,
): Promise<ChangesPage> {
  const goOn = from === undefined ? {} : asked.descending ? { before: from } : { since: from };
  const most = asked.includeDocs === true ? documentsPerPiece : changesPerPiece;
  return database.changes({ ...asked, ...goOn, limit: Math.min(limit, most) });
}

async function* normal(
  exchange: DatabaseExchange,
  asked: Asked,
  first: ChangesPage,
): AsyncGenerator<string> {
  yield '{"results":[\n';
  let page = first;
  let shown = 0;
  for (;;) {
    yield rows(exchange, page.results, shown > 0 ? ',\n' : '');
    shown += page.results.length;
    if (!page.more || shown >= asked.limit) break;
    page = await readPage(exchange, asked, page.lastSeq, asked.limit - shown);
  }
  yield await end(exchange, page);
}

async function* longPoll(
  exchange: DatabaseExchange,
  asked: Asked,
  patience: Patience,
): AsyncGenerator<string> {
  const { watched, close } = watchDatabase(exchange);
  try {
    yield '{"results":[\n';
    let page = await readPage(exchange, asked);
    while (page.results.length === 0) {
      const woken = page.more ? 'change' : yield* waitForChange(watched, patience);
      if (woken === 'gone') return;
      if (woken === 'time') break;
      page = await readPage(exchange, asked, page.lastSeq);
    }
    yield rows(exchange, page.results, '');
    yield await end(exchange, page);
  } finally {
    close();
  }
}

async function* continuous(
  exchange: DatabaseExchange,
  asked: Asked,
  patience: Patience,
  writing: FeedWriting,
): AsyncGenerator<string> {
  const { watched, close } = watchDatabase(exchange);
  try {
    let { since, limit } = asked;
    for (;;) {
      const page = await readPage(exchange, asked, since, limit);
      for (const change of page.results) {
        const shown = numbered(exchange, change);
        yield writing.row(shown, shown.seq);
      }
      since = page.lastSeq;
      limit -= page.results.length;
      if (limit <= 0) break;
      if (page.more) continue;
      const woken = yield* waitForChange(watched, patience, writing.sign);
      if (woken === 'gone') return;
      if (woken === 'time') break;
    }
    const last = sequenceToken(since, exchange.database.incarnation);
    yield writing.end({ last_seq: last, pending: 0 });
  } finally {
    close();
  }
}

function watchDatabase({ parts, request, caller, database }: DatabaseExchange) {
  const { store, access, feeds } = parts;
  const leave = feeds.enter(caller);
  const watched = watch({
    store,
    access,
    signal: request.signal,
    caller,
    concerns: (name) => name === database.name,
    mayGoOn: () => access.rights(caller, database.name).read,
  });
  const close = (): void => {
    watched.close();
    leave();
  };
  return { watched, close };
}

/** A client that only wants to know how much there is. */
async function nothing(exchange: DatabaseExchange, asked: Asked): Promise<unknown> {
  const { database } = exchange;
  const { updateSeq } = await database.info();
  return {
    results: [],
    last_seq: sequenceToken(asked.since, database.incarnation),
    pending: updateSeq - asked.since,
  };
}

async function end({ database }: DatabaseExchange, page: ChangesPage): Promise<string> {
  const { updateSeq } = await database.info();
  const last = sequenceToken(page.lastSeq, database.incarnation);
  // Exact where documents are written once, as ours are; else an upper bound.
  const pending = page.more ? Math.max(updateSeq - page.lastSeq, 0) : 0;
  return `\n],\n"last_seq":${JSON.stringify(last)},"pending":${pending}}\n`;
}

function rows(exchange: DatabaseExchange, results: readonly Change[], separator: string): string {
  if (results.length === 0) return '';
  const texts = results.map((change) => JSON.stringify(numbered(exchange, change)));
  return separator + texts.join(',\n');
}

function numbered({ database }: DatabaseExchange, change: Change) {
  return { ...change, seq: sequenceToken(change.seq, database.incarnation) };
}
