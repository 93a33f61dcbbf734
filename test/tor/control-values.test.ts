import { describe, expect, it } from 'vitest';
import { parseBootstrap } from '../../native-host/tor/bootstrap.ts';
import { keywordValues, quotedList, unquote } from '../../native-host/tor/control-values.ts';

describe('values in control replies', () => {
  it('keeps quoted values whole, with escapes and UTF-8 bytes in octal', () => {
    const line = String.raw`METHODS=COOKIE,SAFECOOKIE COOKIEFILE="/home/J\303\274rg \"x\"/Tor\\c"`;
    expect([...keywordValues(line)]).toEqual([
      ['METHODS', 'COOKIE,SAFECOOKIE'],
      ['COOKIEFILE', String.raw`/home/Jürg "x"/Tor\c`],
    ]);
  });

  it('passes over words without a value', () => {
    expect([...keywordValues('AUTHCHALLENGE SERVERHASH=AA  SERVERNONCE=')]).toEqual([
      ['SERVERHASH', 'AA'],
      ['SERVERNONCE', ''],
    ]);
  });

  it('refuses a quote that never closes', () => {
    expect(() => keywordValues('COOKIEFILE="/run/tor')).toThrow('malformed');
    expect(() => quotedList('"127.0.0.1:9050" 127.0.0.1:9051')).toThrow('malformed');
  });

  it('reads lists and values that are quoted only when they must be', () => {
    expect(quotedList('"127.0.0.1:9050" "unix:/run/tor/socks"')).toEqual([
      '127.0.0.1:9050',
      'unix:/run/tor/socks',
    ]);
    expect(quotedList('')).toEqual([]);
    expect(unquote('/var/lib/tor/a')).toBe('/var/lib/tor/a');
    expect(unquote('"/a b"')).toBe('/a b');
  });

  it('reads bootstrap progress and nothing that only looks like it', () => {
    const line = 'NOTICE BOOTSTRAP PROGRESS=80 TAG=conn_or SUMMARY="Connecting to the Tor network"';
    expect(parseBootstrap(line)).toEqual({ progress: 80, step: 'conn_or' });
    expect(parseBootstrap('WARN BOOTSTRAP PROGRESS=5 TAG="<b>" WARNING="x"')).toEqual({
      progress: 5,
    });
    expect(parseBootstrap('NOTICE BOOTSTRAP PROGRESS=101 TAG=done')).toBeUndefined();
    expect(parseBootstrap('NOTICE CIRCUIT_ESTABLISHED')).toBeUndefined();
  });
});
