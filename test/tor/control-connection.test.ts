import { afterEach, describe, expect, it } from 'vitest';
import { connectControl } from '../../native-host/tor/control-connection.ts';
import { fakeControlServer, type FakeServer } from './fake-control-server.ts';

let server: FakeServer | undefined;
afterEach(() => server?.close());

const connectTo = async (started: FakeServer, signal?: AbortSignal) => {
  server = started;
  return connectControl({ host: '127.0.0.1', port: started.port }, signal);
};

describe('a control connection', () => {
  it('gives each question its own answer, events apart', async () => {
    const connection = await connectTo(
      await fakeControlServer({
        ONE: '650 HS_DESC UPLOADED a\r\n250-1\r\n250 OK\r\n',
        TWO: '552 no\r\n',
      }),
    );
    const events: string[] = [];
    connection.onEvent((text) => events.push(text));
    const [one, two] = await Promise.all([connection.ask('ONE'), connection.ask('TWO')]);
    expect(one.lines.map(({ text }) => text)).toEqual(['1', 'OK']);
    expect(two.status).toBe(552);
    expect(events).toEqual(['HS_DESC UPLOADED a']);
    connection.close();
  });

  it('never sends two commands as one', async () => {
    const connection = await connectTo(await fakeControlServer({ '': '250 OK\r\n' }));
    expect(() => connection.ask('GETINFO version\r\nSIGNAL HALT')).toThrow('one line');
    connection.close();
  });

  it('ends when the other side stops in the middle of an answer', async () => {
    const connection = await connectTo(
      await fakeControlServer({ HALF: (_, socket) => socket.end('250-half\r\n250') }),
    );
    await expect(connection.ask('HALF')).rejects.toMatchObject({ code: 'tor-lost' });
    await connection.closed;
    await expect(connection.ask('AGAIN')).rejects.toMatchObject({ code: 'tor-lost' });
  });

  it('ends when the other side talks without being asked', async () => {
    const connection = await connectTo(
      await fakeControlServer({ ONE: '250 OK\r\n250 and more\r\n' }),
    );
    await connection.ask('ONE');
    await connection.closed;
    await expect(connection.ask('TWO')).rejects.toMatchObject({ code: 'malformed' });
  });

  it('ends at a line without end, and at what is no reply', async () => {
    const endless = await fakeControlServer({
      A: (_, socket) => socket.write('250-'.repeat(20_000)),
    });
    const connection = await connectTo(endless);
    await expect(connection.ask('A')).rejects.toMatchObject({ code: 'too-large' });
    await endless.close();

    const other = await connectTo(await fakeControlServer({ A: 'HTTP/1.1 400 Bad Request\r\n' }));
    await expect(other.ask('A')).rejects.toMatchObject({ code: 'malformed' });
  });

  it('ends when its signal aborts', async () => {
    const controller = new AbortController();
    const connection = await connectTo(
      await fakeControlServer({ A: () => undefined }),
      controller.signal,
    );
    const answer = connection.ask('A');
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'tor-lost' });
    await connection.closed;
  });
});
