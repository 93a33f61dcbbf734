import { describe, expect, it } from 'vitest';
import type { PageEvent, PageReply, PageRequest, Topic } from '../../src/protocol/page-calls.ts';
import { CodedError } from '../../src/protocol/codes.ts';
import type { ChannelListener, OpenChannel } from '../../src/ui/client/channel.ts';
import { createClient } from '../../src/ui/client/client.ts';

/** A background that answers when told to, and can be suspended. */
function fakeBackground() {
  const lines: { listener: ChannelListener; sent: PageRequest[] }[] = [];
  const timers: { run: () => void; after: number }[] = [];
  const open: OpenChannel = (listener) => {
    const line = { listener, sent: [] as PageRequest[] };
    lines.push(line);
    return { send: (request) => line.sent.push(request), close: () => undefined };
  };
  const current = () => {
    const line = lines.at(-1);
    if (line === undefined) throw new Error('no line was opened');
    return line;
  };
  return {
    client: createClient(open, (run, after) => timers.push({ run, after })),
    lines,
    timers,
    asked: () => current().sent.map((request) => request.call),
    say: (message: PageReply | PageEvent) => current().listener.onMessage(message),
    answer: (value: unknown, index = 0) => {
      const id = current().sent[index]?.id ?? -1;
      current().listener.onMessage({ id, ok: true, value });
    },
    suspend: () => current().listener.onClosed(),
    wake: () => timers.shift()?.run(),
  };
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof CodedError ? error.code : 'not coded'),
  );

describe('a call', () => {
  it('opens the line when it is first needed and resolves with the answer', async () => {
    const { client, lines, asked, answer } = fakeBackground();
    expect(lines).toHaveLength(0);
    const friends = client.call('friends', {});
    expect(asked()).toEqual(['friends']);
    answer([]);
    expect(await friends).toEqual([]);
  });

  it('rejects with the code and detail of a refusal', async () => {
    const { client, say, lines } = fakeBackground();
    const posted = client.call('writePost', { text: '' });
    say({ id: lines[0]?.sent[0]?.id ?? -1, ok: false, code: 'text-empty', detail: 'post' });
    await expect(posted).rejects.toMatchObject({ code: 'text-empty', detail: 'post' });
  });

  it('gets its own answer, whatever order answers come in', async () => {
    const { client, answer } = fakeBackground();
    const first = client.call('friends', {});
    const second = client.call('requests', {});
    answer('second', 1);
    answer('first', 0);
    expect(await first).toBe('first');
    expect(await second).toBe('second');
  });

  it('is not disturbed by an answer nobody waits for', async () => {
    const { client, answer, say } = fakeBackground();
    const friends = client.call('friends', {});
    say({ id: 999, ok: true, value: 'a stray' });
    answer([]);
    expect(await friends).toEqual([]);
  });
});

describe('when the background is suspended', () => {
  it('asks reads again over a new line', async () => {
    const { client, suspend, wake, asked, answer, lines } = fakeBackground();
    const feed = client.call('feed', { limit: 10 });
    suspend();
    wake();
    expect(lines).toHaveLength(2);
    expect(asked()).toEqual(['feed']);
    answer({ posts: [], more: false });
    expect(await feed).toEqual({ posts: [], more: false });
  });

  it('never sends a post or a message twice: it says that it was interrupted', async () => {
    const { client, suspend, wake, asked } = fakeBackground();
    const posted = outcome(client.call('writePost', { text: 'once' }));
    suspend();
    expect(await posted).toBe('cancelled');
    wake();
    expect(asked()).toEqual([]);
  });

  it('keeps calls made in the meantime until there is a line', async () => {
    const { client, suspend, wake, lines, asked } = fakeBackground();
    void client.call('state', {});
    suspend();
    void client.call('friends', {});
    expect(lines).toHaveLength(1);
    wake();
    expect(asked()).toEqual(['state', 'friends']);
  });

  it('has listeners ask again for everything, since they may have missed something', () => {
    const { client, suspend, wake } = fakeBackground();
    const heard: Topic[][] = [];
    void client.call('state', {});
    client.subscribe((changed) => heard.push([...changed]));
    suspend();
    wake();
    expect(heard).toHaveLength(1);
    expect(heard[0]).toEqual(expect.arrayContaining(['state', 'feed', 'conversation', 'spaces']));
  });

  it('wakes it at once, but does not hammer on a background that keeps closing', () => {
    const { client, suspend, wake, timers } = fakeBackground();
    void client.call('state', {});
    const waits: (number | undefined)[] = [];
    for (let round = 0; round < 8; round += 1) {
      suspend();
      waits.push(timers[0]?.after);
      wake();
    }
    expect(waits).toEqual([0, 250, 500, 1_000, 2_000, 5_000, 5_000, 5_000]);
  });

  it('is patient anew once the background has spoken', () => {
    const { client, suspend, wake, say, timers } = fakeBackground();
    void client.call('state', {});
    suspend();
    wake();
    say({ changed: ['feed'] });
    suspend();
    expect(timers[0]?.after).toBe(0);
  });

  it('takes nothing from the old line', async () => {
    const { client, suspend, wake, lines, answer } = fakeBackground();
    const friends = client.call('friends', {});
    suspend();
    wake();
    lines[0]?.listener.onMessage({ id: lines[0].sent[0]?.id ?? -1, ok: true, value: 'stale' });
    answer('fresh');
    expect(await friends).toBe('fresh');
  });
});

describe('a listener', () => {
  it('hears what changed until it stops', () => {
    const { client, say } = fakeBackground();
    const heard: Topic[][] = [];
    void client.call('state', {});
    const stop = client.subscribe((changed) => heard.push([...changed]));
    say({ changed: ['feed'] });
    stop();
    say({ changed: ['friends'] });
    expect(heard).toEqual([['feed']]);
  });
});
