import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { connectControl } from '../../native-host/tor/control-connection.ts';
import { ReplyDecoder } from '../../native-host/tor/control-reply.ts';
import { CodedError } from '../../src/protocol/codes.ts';
import { fakeControlServer } from './fake-control-server.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

/** What a connection makes of one answer to its one question, and the events it heard meanwhile. */
async function hear(answer: string) {
  const server = await fakeControlServer({ QUESTION: answer });
  open.push(server.close);
  const connection = await connectControl({ host: '127.0.0.1', port: server.port });
  open.push(() => connection.close());
  const events: string[] = [];
  connection.onEvent((text) => events.push(text));
  const reply = connection.ask('QUESTION').catch((error: unknown) => error);
  return { reply, events, connection };
}

describe('a control port that means ill', () => {
  it.each([
    ['an event in the middle of a reply', '250-one\r\n650 HS_DESC x\r\n250 OK\r\n', 'malformed'],
    ['a reply in the middle of an event', '650-one\r\n250 OK\r\n', 'malformed'],
    ['two statuses in one reply', '250-one\r\n552 no\r\n', 'malformed'],
    ['an answer to nothing', '250 OK\r\n250 OK\r\n250 OK\r\n', undefined],
    ['a line without end', '2'.repeat(20_000), 'too-large'],
    ['a reply without end', '250-more of it\r\n'.repeat(20_000), 'too-large'],
    ['data without end', `250+data=\r\n${`${'x'.repeat(100)}\r\n`.repeat(4_000)}`, 'too-large'],
    [
      'an event without end',
      `650+HS_DESC\r\n${`${'x'.repeat(100)}\r\n`.repeat(4_000)}`,
      'too-large',
    ],
    ['another protocol', 'HTTP/1.1 200 OK\r\n\r\n', 'malformed'],
  ])('that sends %s is let go', async (_, answer, code) => {
    const { reply, connection } = await hear(answer);
    const result = await reply;
    if (code !== undefined) expect(result).toMatchObject({ code });
    await connection.closed;
    await expect(connection.ask('QUESTION')).rejects.toBeInstanceOf(CodedError);
  });

  it('is heard between replies, before and after', async () => {
    const { reply, events } = await hear('650 A one\r\n250 OK\r\n650 B two\r\n');
    await expect(reply).resolves.toMatchObject({ status: 250 });
    await expect.poll(() => events).toEqual(['A one', 'B two']);
  });

  it('gets no second line out of one command', async () => {
    const server = await fakeControlServer({});
    open.push(server.close);
    const connection = await connectControl({ host: '127.0.0.1', port: server.port });
    open.push(() => connection.close());
    for (const command of ['GETINFO a\r\nSIGNAL HALT', 'GETINFO a\nSIGNAL HALT', 'a\rb'])
      expect(() => connection.ask(command)).toThrow('one line');
    expect(server.lines).toEqual([]);
  });
});

/** Lines as a Tor, or something that almost is one, would send them. */
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('250', '251', '510', '552', '650', '651', '000', '999'),
      fc.constantFrom(' ', '-', '+', ''),
      fc.string({ maxLength: 40 }),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom('.', '..', '', '250 OK', '250+x=', '650 HS_DESC UPLOADED a b c'),
  fc.string({ maxLength: 60 }),
);

describe('the decoder of replies, fed with what is almost one', () => {
  const limits = { lineBytes: 200, replyBytes: 1_000 };

  it('gives whole replies of one status within its limits, or a coded refusal, and never both', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const decoder = new ReplyDecoder(limits);
        const bytes = new Uint8Array(Buffer.from(lines.map((each) => `${each}\r\n`).join('')));
        try {
          for (const reply of decoder.push(bytes)) {
            expect(reply.status).toBeGreaterThanOrEqual(100);
            expect(reply.lines.length).toBeGreaterThan(0);
            const size = JSON.stringify(
              reply.lines.flatMap(({ text, data = [] }) => [text, ...data]),
            );
            expect(size.length).toBeLessThan(limits.replyBytes * 7);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(CodedError);
        }
      }),
    );
  });
});
