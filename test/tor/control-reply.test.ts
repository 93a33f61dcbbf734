import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplyDecoder } from '../../native-host/tor/control-reply.ts';
import { CodedError } from '../../src/protocol/codes.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

const transcript = [
  '250-version=0.4.9.11',
  '250+onions/detached=',
  'aaaa',
  '..dotted',
  '.',
  '250 OK',
  '650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=5 TAG=conn',
  '552 Unrecognized key "x"',
  '',
].join('\r\n');

describe('replies of a control port', () => {
  it('come out whole, with data blocks, events and refusals', () => {
    expect(new ReplyDecoder().push(bytes(transcript))).toEqual([
      {
        status: 250,
        lines: [
          { text: 'version=0.4.9.11' },
          { text: 'onions/detached=', data: ['aaaa', '.dotted'] },
          { text: 'OK' },
        ],
      },
      { status: 650, lines: [{ text: 'STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=5 TAG=conn' }] },
      { status: 552, lines: [{ text: 'Unrecognized key "x"' }] },
    ]);
  });

  it('are the same however the bytes are cut', () => {
    const whole = new ReplyDecoder().push(bytes(transcript));
    fc.assert(
      fc.property(fc.array(fc.nat(transcript.length), { maxLength: 30 }), (cuts) => {
        const decoder = new ReplyDecoder();
        const places = [0, ...cuts.toSorted((a, b) => a - b), transcript.length];
        const replies = places
          .slice(1)
          .flatMap((end, index) => decoder.push(bytes(transcript.slice(places[index], end))));
        expect(replies).toEqual(whole);
      }),
    );
  });

  it.each([
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n'],
    ['a banner', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['an empty line', '\r\n'],
    ['a bare line feed', '250 OK\n250 OK\r\n'],
    ['a status of two digits', '25 OK\r\n'],
    ['no separator', '250OK\r\n'],
  ])('are refused when they are %s', (_, text) => {
    expect(() => new ReplyDecoder().push(bytes(text))).toThrow(CodedError);
  });

  it('are refused when a line never ends, before it fills the memory', () => {
    const decoder = new ReplyDecoder({ lineBytes: 1_000, replyBytes: 100_000 });
    const push = () => {
      for (let pieces = 0; pieces < 20; pieces += 1) decoder.push(bytes('2'.repeat(100)));
    };
    expect(push).toThrow('too-large');
  });

  it('are refused when a reply or a data block never ends', () => {
    const limits = { lineBytes: 1_000, replyBytes: 10_000 };
    const lines = bytes('250-more\r\n'.repeat(2_000));
    const data = bytes(`250+data\r\n${'x\r\n'.repeat(5_000)}`);
    expect(() => new ReplyDecoder(limits).push(lines)).toThrow('too-large');
    expect(() => new ReplyDecoder(limits).push(data)).toThrow('too-large');
  });

  it('never throw anything but a coded refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        try {
          new ReplyDecoder().push(noise);
          new ReplyDecoder().push(new Uint8Array([...bytes('250-'), ...noise, 13, 10]));
        } catch (error) {
          expect(error).toBeInstanceOf(CodedError);
        }
      }),
    );
  });
});
