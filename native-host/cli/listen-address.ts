/** An address to listen on that only programs of this computer reach. */
export interface LoopbackAddress {
  host: '127.0.0.1' | '::1';
  port: number;
}

/** Why an address a person typed is not taken. */
export type AddressMistake = 'not-an-address' | 'not-loopback' | 'no-such-port';

/** Reads `127.0.0.1:PORT` or `[::1]:PORT`. Names are no addresses: who knows where they lead. */
export function parseLoopback(text: string): LoopbackAddress | AddressMistake {
  const [, host, digits] = /^(.+):(\d{1,6})$/.exec(text) ?? [];
  if (host === undefined) return 'not-an-address';
  const port = Number(digits);
  if (host !== '127.0.0.1' && host !== '[::1]') return 'not-loopback';
  if (port > 65_535) return 'no-such-port';
  return { host: host === '127.0.0.1' ? '127.0.0.1' : '::1', port };
}
