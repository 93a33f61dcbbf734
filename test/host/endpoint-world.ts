import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AccessList } from '../../src/protocol/access-list.ts';
import { parseAddress, publicKeyFromAddress } from '../../src/domain/address.ts';
import { toBase64Url, utf8 } from '../../src/domain/bytes.ts';
import { tokenHash, tokenMilliseconds } from '../../src/domain/peer-handshake/token.ts';
import { randomBytes, sha256 } from '../../src/domain/sodium.ts';
import {
  createAccessControl,
  type AccessControl,
} from '../../native-host/endpoint/access/access.ts';
import {
  createEndpoint,
  type Endpoint,
  type EndpointOptions,
} from '../../native-host/endpoint/endpoint.ts';
import {
  createDesk,
  type Desk,
  type DeskOptions,
} from '../../native-host/endpoint/handshake/desk.ts';
import { createOnionDoor, openOpenDoor } from '../../native-host/endpoint/doors/server.ts';
import { must } from '../domain/people.ts';
import { openStore, type HostStore } from '../../native-host/store/store.ts';

/** A folder of this test's own, and how to be rid of it. */
export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'n25-host-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON; undefined if it is none. */
  readonly json: unknown;
}

export interface Ask {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

/** One HTTP request over a real connection of its own, with whatever `Host` it likes. */
export class Client {
  readonly port: number;
  readonly host: string;
  readonly #dial: () => Promise<Socket>;

  constructor(
    port: number,
    host = `127.0.0.1:${port}`,
    dial = async () => connect({ host: '127.0.0.1', port }),
  ) {
    this.port = port;
    this.host = host;
    this.#dial = dial;
  }

  async ask(method: string, path: string, { body, headers, token }: Ask = {}): Promise<Answer> {
    const response = await this.open(method, path, {
      body,
      headers: { ...headers, ...(token === undefined ? {} : bearer(token)) },
    });
    let text = '';
    response.setEncoding('utf8');
    for await (const piece of response) text += String(piece);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text,
      json: parse(text),
    };
  }

  /** The answer as soon as its head is there; its body may go on. */
  async open(
    method: string,
    path: string,
    { body, headers = {} }: Ask = {},
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const socket = await this.#dial();
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({
        createConnection: () => socket,
        method,
        path,
        ...(signal ? { signal } : {}),
        headers: {
          host: this.host,
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      });
      outgoing.on('response', resolve);
      outgoing.on('error', reject);
      outgoing.end(text);
    });
  }

  /** A `fetch` for PouchDB that comes in through this door, as the holder of a token or as nobody. */
  fetch(token?: string): (url: string | { url: string }, init?: RequestInit) => Promise<Response> {
    return async (url, init = {}) => {
      const { pathname, search } = new URL(typeof url === 'string' ? url : url.url);
      const headers = new Map<string, string>();
      for (const [name, value] of init.headers as Iterable<[string, string]>) {
        headers.set(name.toLowerCase(), value);
      }
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
      const incoming = await this.open(
        init.method ?? 'GET',
        pathname + search,
        {
          ...(typeof init.body === 'string' ? { body: init.body } : {}),
          headers: Object.fromEntries(headers),
        },
        init.signal ?? undefined,
      );
      let text = '';
      incoming.setEncoding('utf8');
      for await (const part of incoming) text += String(part);
      const body = init.method === 'HEAD' ? null : text;
      return new Response(body, { status: incoming.statusCode ?? 0 });
    };
  }
}

export const bearer = (token: string): { authorization: string } => ({
  authorization: `Bearer ${token}`,
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export interface World {
  readonly folder: string;
  readonly store: HostStore;
  readonly access: AccessControl;
  readonly endpoint: Endpoint;
  readonly desk: Desk;
  /** At a door that lets everyone do everything. */
  readonly open: Client;
  /** At the onion door, under our own address. */
  readonly onion: Client;
  /** Peers the endpoint told of. */
  readonly seen: string[];
  /** Faults the endpoint logged; a test that expects none can look. */
  readonly faults: unknown[];
  close(): Promise<void>;
}

export interface WorldOptions extends Partial<EndpointOptions> {
  /** Where the data is, if it is to outlive this world. */
  readonly folder?: string;
  readonly desk?: Partial<DeskOptions>;
  /** A clock that nobody sets, beside the `clock` that somebody may. */
  readonly steady?: () => number;
}

/** A store, an endpoint and both doors, on real sockets, at the onion address given. */
export async function openWorld(
  address: string,
  { desk: deskOptions = {}, steady, folder: given, ...options }: WorldOptions = {},
): Promise<World> {
  const { folder, remove } = given
    ? { folder: given, remove: async () => undefined }
    : await temporaryFolder();
  const store = await openStore(folder);
  const access = createAccessControl(options.clock, steady);
  const desk = createDesk({ access, random: randomBytes, ...deskOptions });
  const seen: string[] = [];
  const faults: unknown[] = [];
  const endpoint = createEndpoint({
    store,
    access,
    address: () => address,
    onPeerSeen: (peer) => seen.push(peer),
    log: (fault) => faults.push(fault),
    ...options,
  });
  const openDoor = await openOpenDoor(endpoint, { host: '127.0.0.1', port: 0 });
  const onionDoor = createOnionDoor({ endpoint, access, desk, address: () => address });
  const place = await onionDoor.listen({ host: '127.0.0.1', port: 0 });
  if (!('port' in place)) throw new Error('the onion door has no port');
  return {
    folder,
    store,
    access,
    endpoint,
    desk,
    open: new Client(openDoor.place.port),
    onion: new Client(place.port, `${address}:25984`),
    seen,
    faults,
    async close() {
      await Promise.all([openDoor.close(), onionDoor.close()]);
      endpoint.close();
      await store.close();
      await remove();
    },
  };
}

export interface ListedPeer {
  readonly address: string;
  readonly token: string;
  /** Whatever names a device; a peer has one. */
  readonly device?: string;
  readonly read: string[];
  readonly write: string[];
}

/** An access list, version by version. */
export function accessList(
  spaces: AccessList['spaces'],
  peers: readonly ListedPeer[],
  version = 1,
): AccessList {
  return {
    version,
    spaces,
    peers: peers.map(({ address, device = '', read, write }) => ({
      address,
      device: toBase64Url(sha256(utf8(address + device))),
      read,
      write,
    })),
  };
}

/** Sets the list and lets everybody on it in. */
export function shareWith(
  access: AccessControl,
  spaces: AccessList['spaces'],
  peers: readonly ListedPeer[],
): void {
  access.set(accessList(spaces, peers));
  letIn(access, peers);
}

/** Lets these in by their tokens, as if each had shaken hands; who is in already stays so. */
export function letIn(access: AccessControl, peers: readonly ListedPeer[]): void {
  for (const { address, token } of peers) {
    const publicKey = publicKeyFromAddress(must(parseAddress(address)));
    access.admit(publicKey, tokenHash(token), Date.now() + tokenMilliseconds);
  }
}
