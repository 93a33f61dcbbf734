import type { Client } from './endpoint-world.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** The bytes as JSON; undefined if they are none. */
  readonly json: unknown;
}

export interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Couch = (method: string, path: string, sent?: Sent) => Promise<Reply>;

/**
 * Some other program's client at a CouchDB's address: bodies of bytes as they are, everything else as JSON,
 * and answers unpacked if they came packed.
 */
export function couchAt({ port }: Pick<Client, 'port'>): Couch {
  return async (method, path, { body, headers = {} } = {}) => {
    const isRaw = Buffer.isBuffer(body) || typeof body === 'string';
    const json = body === undefined || isRaw ? {} : { 'content-type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { accept: 'application/json', ...json, ...headers },
      ...(body === undefined ? {} : { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes, json: parse(bytes) };
  };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return undefined;
  }
}
