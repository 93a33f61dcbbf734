import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createConnections } from '../../native-host/endpoint/doors/connections.ts';
import { createHeldBytes } from '../../native-host/endpoint/limits/held-bytes.ts';
import { HttpError } from '../../native-host/endpoint/messages/http-error.ts';
import { checkJsonBounds } from '../../native-host/endpoint/limits/json-bounds.ts';
import { createRates } from '../../native-host/endpoint/limits/rates.ts';
import { createTurns } from '../../native-host/endpoint/limits/turns.ts';
import { Socket } from 'node:net';

/** The status a refusal has, 0 for none. */
function statusOf(task: () => unknown): number {
  try {
    task();
    return 0;
  } catch (error) {
    return error instanceof HttpError ? error.status : -1;
  }
}

describe('JSON is measured before it is read', () => {
  const bounds = { depth: 5, values: 40 };
  const check = (text: string) => statusOf(() => checkJsonBounds(text, bounds));

  test.each([
    ['nested just so deep', '[[[[[]]]]]', 0],
    ['one deeper', '[[[[[[]]]]]]', 413],
    ['deep in objects', '{"a":{"a":{"a":{"a":{"a":{}}}}}}', 413],
    ['deep and cut off', '['.repeat(100_000), 413],
    ['as many values', `[${'1,'.repeat(37)}1]`, 0],
    ['one too many', `[${'1,'.repeat(40)}1]`, 413],
    ['many empty lists', `[${'[],'.repeat(30)}[]]`, 413],
    ['brackets and commas in a text', JSON.stringify('[{,'.repeat(1_000)), 0],
    ['quotes in a text', JSON.stringify('"[,'.repeat(1_000)), 0],
    ['backslashes at the end of a text', JSON.stringify(['\\\\[[[[[[[[[[', 'a\\']), 0],
    ['a text without an end', '"[[[[[[[[[[', 0],
  ])('%s', (_, text, status) => expect(check(text)).toBe(status));

  test('as a parser would count', () => {
    const shape = (value: unknown): { depth: number; values: number } => {
      if (typeof value !== 'object' || value === null) return { depth: 0, values: 1 };
      const inner = Object.values(value).map(shape);
      return {
        depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
        values: 1 + inner.reduce((sum, { values }) => sum + values, 0),
      };
    };
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 7 }), fc.boolean(), (value, spaced) => {
        const text = JSON.stringify(value, undefined, spaced ? 1 : 0);
        const { depth, values } = shape(value);
        expect(statusOf(() => checkJsonBounds(text, { depth, values: 2 * values }))).toBe(0);
        if (depth > 0) {
          expect(statusOf(() => checkJsonBounds(text, { depth: depth - 1, values: 1e6 }))).toBe(
            413,
          );
        }
        expect(statusOf(() => checkJsonBounds(text, { depth, values: values / 2 - 1 }))).toBe(413);
      }),
    );
  });
});

describe('requests a second', () => {
  const rate = { perSecond: 2, burst: 4 };

  test('of one caller end at the burst, come back with time, and are nobody else’s', () => {
    let now = 0;
    const rates = createRates(() => now);
    const takes = (caller: string) => statusOf(() => rates.take(caller, rate));
    const of = (caller: string, times: number) =>
      Array.from({ length: times }, () => takes(caller));
    expect(of('eve', 6)).toEqual([0, 0, 0, 0, 429, 429]);
    expect(takes('bob')).toBe(0);
    now += 500;
    expect(of('eve', 2)).toEqual([0, 429]);
    now += 3_600_000;
    expect(of('eve', 5)).toEqual([0, 0, 0, 0, 429]);
    now -= 1_000_000;
    expect(takes('eve')).toBe(429);
  });

  test('that are too many hear when to come again', () => {
    const rates = createRates(() => 0);
    const slow = { perSecond: 0.1, burst: 1 };
    rates.take('eve', slow);
    expect(() => rates.take('eve', slow)).toThrow(
      expect.objectContaining({ status: 429, headers: { 'retry-after': '10' } }),
    );
  });
});

describe('turns', () => {
  /** Runs nothing by itself: each task ends when it is told to. */
  function lanes(limits: { atOnce: number; ofOne: number; waiting: number }) {
    const turns = createTurns(limits);
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const ask = (caller: string, name: string) =>
      turns.run(caller, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    const endOne = async () => {
      await new Promise(setImmediate);
      ends.shift()?.();
      await new Promise(setImmediate);
    };
    return { ask, begun, endOne };
  }

  test('who asks a hundred times delays who asks once by what is under way and one more, not by a hundred', async () => {
    const { ask, begun, endOne } = lanes({ atOnce: 2, ofOne: 2, waiting: 200 });
    const many = Array.from({ length: 100 }, (_, index) => ask('eve', `eve ${index}`));
    const one = ask('bob', 'bob');
    await endOne();
    await endOne();
    expect(begun).toEqual(['eve 0', 'eve 1', 'eve 2', 'bob']);
    for (let left = 0; left < 101; left += 1) await endOne();
    await Promise.all([...many, one]);
    expect(begun).toHaveLength(101);
  });

  test('fifty who ask without end each get one before anyone gets one more', async () => {
    const { ask, begun, endOne } = lanes({ atOnce: 1, ofOne: 1, waiting: 200 });
    const callers = Array.from({ length: 50 }, (_, index) => `eve${index}`);
    for (const caller of callers) for (let n = 0; n < 3; n += 1) void ask(caller, caller);
    void ask('bob', 'bob');
    for (let left = 0; left < 150; left += 1) await endOne();
    // The first was begun when nobody else had come.
    expect(begun[0]).toBe('eve0');
    expect(begun.slice(1, 52).toSorted()).toEqual([...callers, 'bob'].toSorted());
    expect(begun).toHaveLength(151);
  });

  test('one caller holds no more than its share, and keeps no more waiting', async () => {
    const { ask, begun } = lanes({ atOnce: 10, ofOne: 2, waiting: 3 });
    for (let n = 0; n < 5; n += 1) void ask('eve', `eve ${n}`);
    await expect(ask('eve', 'one more')).rejects.toMatchObject({ status: 429 });
    void ask('bob', 'bob');
    await new Promise(setImmediate);
    expect(begun).toEqual(['eve 0', 'eve 1', 'bob']);
  });

  test('what nobody waits for any more is not done, and what fails ends its turn', async () => {
    const turns = createTurns({ atOnce: 1, ofOne: 1, waiting: 5 });
    let fail = (): void => {};
    const failing = turns.run(
      'eve',
      () =>
        new Promise<void>((_, reject) => {
          fail = () => reject(new Error('a fault'));
        }),
    );
    const gone = new AbortController();
    let ran = false;
    const late = turns.run(
      'eve',
      async () => {
        ran = true;
      },
      gone.signal,
    );
    const after = turns.run('eve', async () => 'done');
    gone.abort();
    await new Promise(setImmediate);
    fail();
    await expect(failing).rejects.toThrow('a fault');
    await expect(late).rejects.toMatchObject({ status: 408 });
    await expect(after).resolves.toBe('done');
    expect(ran).toBe(false);
  });
});

test('bodies in memory: the greedy are refused, whoever holds less than their share goes on', () => {
  const held = createHeldBytes(100);
  const add = (caller: string, bytes: number) => statusOf(() => held.add(caller, bytes));
  expect(add('eve', 90)).toBe(0);
  expect(add('bob', 20)).toBe(0);
  expect(add('eve', 20)).toBe(503);
  expect(add('bob', 20)).toBe(0);
  expect(add('bob', 20)).toBe(503);
  held.release('eve', 90);
  expect(add('bob', 20)).toBe(0);
  held.release('bob', 60);
  expect(add('eve', 100)).toBe(0);
  expect(add('eve', 1)).toBe(503);
});

test('bodies in memory never grow to twice the bound, however many send them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 10 }))),
      (steps) => {
        const held = createHeldBytes(100);
        let all = 0;
        for (const [caller, bytes] of steps) {
          if (statusOf(() => held.add(`${caller}`, bytes)) === 0) all += bytes;
        }
        expect(all).toBeLessThan(200 + 10);
      },
    ),
  );
});

describe('connections of one peer', () => {
  const limits = {
    unknown: 10,
    known: 10,
    ofOnePeer: 2,
    requestsOfOnePeer: 3,
    unknownRequests: 1,
    handshakes: 1,
  };
  const open = (connections: ReturnType<typeof createConnections>) => {
    const socket = new Socket();
    connections.admit(socket);
    return socket;
  };

  test('are few: a further one takes the place of its idle one, and of nobody else’s', () => {
    const connections = createConnections(limits);
    const [first, second, third, friends] = Array.from({ length: 4 }, () => open(connections));
    const bob = connections.begin(friends!, { peer: 'bob' });
    bob?.();
    const one = connections.begin(first!, { peer: 'eve' });
    connections.begin(second!, { peer: 'eve' });
    one?.();
    expect(connections.begin(third!, { peer: 'eve' })).toBeDefined();
    expect([first!.destroyed, second!.destroyed, friends!.destroyed]).toEqual([true, false, false]);
  });

  test('carry so many requests at once, pipelined or not', () => {
    const connections = createConnections(limits);
    const socket = open(connections);
    const begin = () => connections.begin(socket, { peer: 'eve' });
    const ends = [begin(), begin(), begin()];
    expect(begin()).toBeUndefined();
    expect(connections.begin(open(connections), { peer: 'bob' })).toBeDefined();
    ends[0]?.();
    expect(begin()).toBeDefined();
  });
});
