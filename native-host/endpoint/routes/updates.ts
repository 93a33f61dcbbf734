import type { Update, Updates } from '../../store/updates.ts';
import { isOutsider, type Exchange } from '../exchange.ts';
import { patienceOf, waitForChange, watch } from '../feeds.ts';
import { badRequest } from '../messages/http-error.ts';
import { asEvents, inLines, type FeedWriting } from '../messages/feed-writing.ts';
import { feed, json, peerAddress, type EndpointResponse } from '../messages/message.ts';
import { sequenceNumber, sequenceToken } from '../messages/sequence.ts';

/**
 * `_db_updates`: which of the databases this caller may read have changed. What a peer brought itself is
 * no news to it.
 */
export function answerUpdates(exchange: Exchange): EndpointResponse {
  const { query, caller, parts } = exchange;
  const kind = query.text('feed') ?? 'normal';
  if (kind === 'normal') {
    const since = sinceOf(exchange);
    return json(200, page(listUpdates(exchange, since), parts.store.updates));
  }
  // Friends wait for one answer at a time: what they may read can change in between.
  const writing = isOutsider(caller) ? undefined : goingOn.get(kind);
  if (kind !== 'longpoll' && writing === undefined) {
    throw badRequest('The feed must be normal or longpoll.');
  }
  sinceOf(exchange);
  patienceOf(query);
  parts.feeds.check(caller);
  return writing ? feed(onAndOn(exchange, writing), writing.type) : feed(longPoll(exchange));
}

const goingOn: ReadonlyMap<string, FeedWriting> = new Map([
  ['continuous', inLines],
  ['eventsource', asEvents],
]);

async function* longPoll(exchange: Exchange): AsyncGenerator<string> {
  const { parts, query } = exchange;
  const { watched, close } = watchReadable(exchange);
  try {
    // Sent at once, so that the other end knows the door is open while there is nothing to tell.
    yield '\n';
    const since = sinceOf(exchange);
    for (;;) {
      const updates = listUpdates(exchange, since);
      const woken = updates.length > 0 ? 'time' : yield* waitForChange(watched, patienceOf(query));
      if (woken === 'gone') return;
      if (woken === 'change') continue;
      yield `${JSON.stringify(page(updates, parts.store.updates))}\n`;
      return;
    }
  } finally {
    close();
  }
}

async function* onAndOn(exchange: Exchange, writing: FeedWriting): AsyncGenerator<string> {
  const { parts, query } = exchange;
  const { updates } = parts.store;
  const { watched, close } = watchReadable(exchange);
  try {
    let since = sinceOf(exchange);
    for (;;) {
      const news = listUpdates(exchange, since);
      since = updates.last;
      for (const update of news) {
        const shown = numbered(update, updates);
        yield writing.row(shown, shown.seq);
      }
      const woken = yield* waitForChange(watched, patienceOf(query), writing.sign);
      if (woken === 'gone') return;
      if (woken === 'time') break;
    }
    yield writing.end({ last_seq: sequenceToken(since, updates.run) });
  } finally {
    close();
  }
}

function watchReadable({ parts, request, caller }: Exchange) {
  const { store, access, feeds } = parts;
  const readable = (name: string): boolean => access.rights(caller, name).read;
  const leave = feeds.enter(caller);
  const before = store.list().filter(readable);
  const watched = watch({
    store,
    access,
    signal: request.signal,
    concerns: readable,
    caller,
    mayGoOn: () => before.every(readable),
  });
  const close = (): void => {
    watched.close();
    leave();
  };
  return { watched, close };
}

function sinceOf({ query, parts, request }: Exchange): number {
  const { run, last } = parts.store.updates;
  const isEvents = query.text('feed') === 'eventsource';
  const again = isEvents ? request.headers['last-event-id'] : undefined;
  return sequenceNumber(again ?? query.text('since'), run, last);
}

/** From the beginning of the run every database counts, whether or not it changed since. */
function listUpdates({ parts, caller }: Exchange, since: number): Update[] {
  const { store, access } = parts;
  const changed = store.updates.after(since, peerAddress(caller));
  const known = new Set(changed.map(({ name }) => name));
  const others = since > 0 ? [] : store.list().filter((name) => !known.has(name));
  const untouched = others.map((name): Update => ({ name, type: 'updated', number: 0 }));
  return [...untouched, ...changed].filter(({ name }) => access.rights(caller, name).read);
}

function page(updates: readonly Update[], from: Updates): unknown {
  return {
    results: updates.map((update) => numbered(update, from)),
    last_seq: sequenceToken(from.last, from.run),
  };
}

function numbered({ name, type, number }: Update, { run }: Updates) {
  return { db_name: name, type, seq: sequenceToken(number, run) };
}
