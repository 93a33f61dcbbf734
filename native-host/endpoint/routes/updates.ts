import type { Update, Updates } from '../../store/updates.ts';
import type { Exchange } from '../exchange.ts';
import { patienceOf, waitForChange, watch } from '../feeds.ts';
import { badRequest } from '../messages/http-error.ts';
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
  if (kind !== 'longpoll') throw badRequest('The feed must be normal or longpoll.');
  sinceOf(exchange);
  patienceOf(query);
  parts.feeds.check(caller);
  return feed(longPoll(exchange));
}

async function* longPoll(exchange: Exchange): AsyncGenerator<string> {
  const { parts, request, query, caller } = exchange;
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
  try {
    // Sent at once, so that the other end knows the door is open while there is nothing to tell.
    yield '\n';
    const since = sinceOf(exchange);
    for (;;) {
      const updates = listUpdates(exchange, since);
      const woken = updates.length > 0 ? 'time' : yield* waitForChange(watched, patienceOf(query));
      if (woken === 'gone') return;
      if (woken === 'change') continue;
      yield `${JSON.stringify(page(updates, store.updates))}\n`;
      return;
    }
  } finally {
    watched.close();
    leave();
  }
}

function sinceOf({ query, parts }: Exchange): number {
  const { run, last } = parts.store.updates;
  return sequenceNumber(query.text('since'), run, last);
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

function page(updates: readonly Update[], { run, last }: Updates): unknown {
  return {
    results: updates.map(({ name, type, number }) => ({
      db_name: name,
      type,
      seq: sequenceToken(number, run),
    })),
    last_seq: sequenceToken(last, run),
  };
}
