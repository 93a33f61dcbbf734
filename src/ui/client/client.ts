import { CodedError } from '../../protocol/codes.ts';
import type {
  PageCallArguments,
  PageCallName,
  PageEvent,
  PageReply,
  PageRequest,
  PageResults,
  Topic,
} from '../../protocol/page-calls.ts';
import type { Channel, OpenChannel } from './channel.ts';
import { inPlainOrder } from './plain-order.ts';
import { safeToRepeat } from './safe-to-repeat.ts';

interface Pending {
  request: PageRequest;
  resolve(value: unknown): void;
  reject(error: CodedError): void;
}

type TopicListener = (changed: readonly Topic[]) => void;

export interface Client {
  /** Asks the background. Rejects with a `CodedError` only. */
  call<Name extends PageCallName>(
    name: Name,
    args: PageCallArguments<Name>,
  ): Promise<PageResults[Name]>;
  /** Told what changed; after a lost line everything may have. Returns the way to stop. */
  subscribe(listener: TopicListener): () => void;
}

/** Each of them: one that is forgotten here does not compile. */
const topics: Record<Topic, true> = {
  state: true,
  feed: true,
  friends: true,
  requests: true,
  conversation: true,
  profile: true,
  spaces: true,
  forums: true,
  refused: true,
  storage: true,
  search: true,
};
const everyTopic = Object.keys(topics) as Topic[];

/** Waits before a line is opened again; the first time at once, since a suspended background wakes by it. */
const reopenAfter = [0, 250, 500, 1_000, 2_000, 5_000];

/**
 * The pages' side of the port. The browser may suspend the background at any time: the line is
 * opened again, calls that may be repeated are sent again, the others reject with `cancelled`, and
 * listeners ask again for everything.
 */
export function createClient(
  open: OpenChannel,
  later: (run: () => void, milliseconds: number) => void = (run, ms) => void setTimeout(run, ms),
): Client {
  const pending = new Map<number, Pending>();
  const listeners = new Set<TopicListener>();
  let channel: Channel | undefined;
  let reopening = false;
  let failures = 0;
  let nextId = 1;

  const tell = (changed: readonly Topic[]) => {
    for (const listener of listeners) listener(changed);
  };

  const settle = (reply: PageReply) => {
    const waiting = pending.get(reply.id);
    if (waiting === undefined) return;
    pending.delete(reply.id);
    // Others wrote some of it: it must not turn around what stands beside it on a page.
    if (reply.ok) waiting.resolve(inPlainOrder(reply.value));
    else waiting.reject(new CodedError(reply.code, reply.detail));
  };

  const receive = (message: PageReply | PageEvent) => {
    failures = 0;
    if ('changed' in message) tell(message.changed);
    else settle(message);
  };

  const reopen = () => {
    reopening = false;
    if (channel !== undefined) return;
    connect();
    for (const { request } of pending.values()) send(request);
    tell(everyTopic);
  };

  const lost = () => {
    channel = undefined;
    for (const [id, waiting] of pending) {
      if (safeToRepeat[waiting.request.call]) continue;
      pending.delete(id);
      waiting.reject(new CodedError('cancelled'));
    }
    if (reopening) return;
    reopening = true;
    later(reopen, reopenAfter[Math.min(failures, reopenAfter.length - 1)] ?? 0);
    failures += 1;
  };

  const connect = (): Channel => {
    let closed = false;
    const opened = open({
      onMessage: (message) => {
        if (!closed) receive(message);
      },
      onClosed: () => {
        if (closed) return;
        closed = true;
        lost();
      },
    });
    channel = opened;
    return opened;
  };

  const send = (request: PageRequest) => {
    (channel ?? connect()).send(request);
  };

  return {
    call<Name extends PageCallName>(name: Name, args: PageCallArguments<Name>) {
      return new Promise<PageResults[Name]>((resolve, reject) => {
        const request = { id: nextId, call: name, args };
        nextId += 1;
        pending.set(request.id, {
          request,
          // The answer comes from the same package, so its type is this call's by construction.
          resolve: (value) => resolve(value as PageResults[Name]),
          reject,
        });
        if (!reopening) send(request);
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
