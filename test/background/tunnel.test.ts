import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, Tunnel } from '../../src/background/host/tunnel.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { ToHost } from '../../src/protocol/native-messages.ts';

function openTunnel() {
  const sent: ToHost[] = [];
  const tunnel = new Tunnel((message) => sent.push(message));
  return { sent, tunnel };
}

const host = 'http://network25-host.invalid';

describe('fetch through the native port', () => {
  it('sends path, method, headers and body, and puts the answer together', async () => {
    const { sent, tunnel } = openTunnel();
    const answer = tunnel.fetch(`${host}/db/_bulk_docs?x=1`, {
      method: 'post',
      headers: { 'Content-Type': 'application/json' },
      body: '{"docs":[]}',
    });
    expect(sent).toEqual([
      {
        type: 'request',
        id: 1,
        method: 'POST',
        path: '/db/_bulk_docs?x=1',
        headers: { 'content-type': 'application/json' },
        body: '{"docs":[]}',
        last: true,
      },
    ]);
    tunnel.accept({ type: 'response', id: 1, status: 201, headers: {}, body: '[', last: false });
    tunnel.accept({ type: 'response-body', id: 1, body: ']', last: true });
    const response = await answer;
    expect([response.status, await response.json()]).toEqual([201, []]);
  });

  it('cuts a large body into messages and never halves a character', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '𝄞', 'é'), { maxLength: 40 }), (letters) => {
        const text = letters.join('').repeat(9_000);
        const pieces = [...chunksOf(text)];
        expect(pieces.map((piece) => piece.body).join('')).toBe(text);
        expect(pieces.at(-1)?.last).toBe(true);
        expect(pieces.filter((piece) => piece.last)).toHaveLength(1);
        for (const { body } of pieces) {
          expect(body.length).toBeLessThanOrEqual(limits.tunnelChunkCharacters);
          expect(body.isWellFormed?.() ?? true).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('tells the host when the caller gives up', async () => {
    const { sent, tunnel } = openTunnel();
    const abort = new AbortController();
    const answer = tunnel.fetch(`${host}/_db_updates`, { signal: abort.signal });
    abort.abort();
    await expect(answer).rejects.toThrow('aborted');
    expect(sent.at(-1)).toEqual({ type: 'cancel', id: 1 });
    tunnel.accept({ type: 'response', id: 1, status: 200, headers: {}, body: '', last: true });
  });

  it('fails everything under way when the host is gone', async () => {
    const { tunnel } = openTunnel();
    const answers = [tunnel.fetch(`${host}/a`), tunnel.fetch(`${host}/b`)];
    tunnel.fail();
    for (const answer of answers) await expect(answer).rejects.toThrow('host-lost');
  });

  it('refuses more requests in flight than both ends agreed on', async () => {
    const { tunnel } = openTunnel();
    const held = Array.from({ length: limits.tunnelRequestsOpen }, () => tunnel.fetch(`${host}/a`));
    await expect(tunnel.fetch(`${host}/b`)).rejects.toThrow('too-many');
    tunnel.fail();
    await Promise.allSettled(held);
  });

  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const chunk = limits.tunnelChunkCharacters;
  const large = (chunks: number) => ({ method: 'POST', body: 'x'.repeat(chunk * chunks) });

  it('sends a large body no faster than the host takes it, and small ones at once', async () => {
    const { sent, tunnel } = openTunnel();
    const answer = tunnel.fetch(`${host}/large`, large(10));
    await settled();
    expect(sent).toHaveLength(limits.tunnelWindowChunks);
    void tunnel.fetch(`${host}/small`).catch(() => {});
    expect(sent.at(-1)).toMatchObject({ type: 'request', path: '/small' });
    const others = sent.length - limits.tunnelWindowChunks;
    for (let taken = 0; taken < 9; taken += 1) {
      tunnel.accept({ type: 'request-taken', id: 1 });
      await settled();
      expect(sent.length - others).toBe(Math.min(10, taken + 1 + limits.tunnelWindowChunks));
    }
    expect(sent.at(-1)).toMatchObject({ type: 'request-body', id: 1, last: true });
    tunnel.accept({ type: 'response', id: 1, status: 201, headers: {}, body: '', last: true });
    expect((await answer).status).toBe(201);
    tunnel.fail();
  });

  it('has few large bodies on their way; one that is answered, refused or given up lets the next go', async () => {
    const { sent, tunnel } = openTunnel();
    const abort = new AbortController();
    const answers = Array.from({ length: limits.tunnelLargeBodies + 3 }, (_, nth) =>
      tunnel
        .fetch(`${host}/${nth}`, { ...large(6), ...(nth === 1 ? { signal: abort.signal } : {}) })
        .then(({ status }) => status, String),
    );
    const begun = () => sent.flatMap((message) => ('path' in message ? [message.path] : []));
    await settled();
    expect(begun()).toEqual(['/0', '/1', '/2', '/3']);
    tunnel.accept({ type: 'response-error', id: 1, code: 'too-large' });
    abort.abort();
    tunnel.accept({ type: 'response', id: 3, status: 201, headers: {}, body: '', last: true });
    await settled();
    expect(begun()).toEqual(['/0', '/1', '/2', '/3', '/4', '/5', '/6']);
    const sentFor = (id: number) => sent.filter((message) => 'id' in message && message.id === id);
    expect(sentFor(1)).toHaveLength(limits.tunnelWindowChunks);
    expect(sentFor(2).at(-1)).toEqual({ type: 'cancel', id: 2 });
    tunnel.fail();
    expect(await Promise.all(answers)).toEqual([
      expect.stringContaining('too-large'),
      expect.stringContaining('aborted'),
      201,
      ...Array.from({ length: 4 }, () => expect.stringContaining('host-lost')),
    ]);
  });

  it('fails, and never hangs, when the port is closed already but nobody has said so', async () => {
    let isClosed = false;
    const tunnel = new Tunnel(() => {
      if (isClosed) throw new Error('Attempt to postMessage on disconnected port');
    });
    const abort = new AbortController();
    const before = tunnel.fetch(`${host}/a`, { signal: abort.signal });
    isClosed = true;
    await expect(tunnel.fetch(`${host}/b`)).rejects.toThrow('host-lost');
    abort.abort();
    await expect(before).rejects.toThrow('aborted');
  });
});
