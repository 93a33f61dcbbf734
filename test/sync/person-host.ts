import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAccessControl } from '../../native-host/endpoint/access/access.ts';
import { createEndpoint, type Endpoint } from '../../native-host/endpoint/endpoint.ts';
import type { EndpointLimits } from '../../native-host/endpoint/limits/limits.ts';
import { createDesk } from '../../native-host/endpoint/handshake/desk.ts';
import type { HttpDoor } from '../../native-host/endpoint/doors/http-door.ts';
import { createOnionDoor } from '../../native-host/endpoint/doors/server.ts';
import { folderOf } from '../../native-host/store/database-name.ts';
import { databasesFolder } from '../../native-host/store/store.ts';
import { openStore, type HostStore } from '../../native-host/store/store.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import type { Brought } from '../../src/protocol/brought.ts';
import type { TransportLoan } from '../../src/protocol/native-messages.ts';
import type { AccessList } from '../../src/protocol/access-list.ts';
import type { Fetch } from '../../src/store/ports.ts';
import type { Onions } from './onions.ts';

/**
 * A person's real host without browser and Tor around it: databases on disk, the endpoint, an onion
 * door on loopback, and the owner's door as the tunnel would reach it.
 */
export class PersonHost {
  #address: string;
  readonly #onions: Onions;
  readonly #folder: string;
  readonly #access = createAccessControl();
  readonly #desk = createDesk({ access: this.#access, random: randomBytes });
  #store: HostStore | undefined;
  #endpoint: Endpoint | undefined;
  #door: HttpDoor | undefined;
  #version = 0;
  /** Who rang, in order. */
  readonly seen: string[] = [];
  onPeerSeen: (address: string) => void = () => undefined;
  onBrought: (brought: Brought) => void = () => undefined;
  /** Of the next process; else as they are. */
  limits: Partial<EndpointLimits> = {};
  /** While set, the tunnel fails as if the native port were gone. */
  tunnelBroken = false;
  tunnelRequests = 0;
  /** After so many the tunnel fails. */
  tunnelRequestsMost = Infinity;
  #port: number | undefined;

  /** @param fill puts there what is to be on the disk already */
  static async start(
    address: string,
    onions: Onions,
    fill: (folder: string) => Promise<void> = async () => undefined,
  ): Promise<PersonHost> {
    const folder = await mkdtemp(path.join(tmpdir(), 'n25-host-'));
    await fill(folder);
    const host = new PersonHost(address, onions, folder);
    await host.startProcess();
    await host.goOnline();
    return host;
  }

  private constructor(address: string, onions: Onions, folder: string) {
    this.#address = address;
    this.#onions = onions;
    this.#folder = folder;
  }

  /** All that this host keeps on the disk. */
  get folder(): string {
    return this.#folder;
  }

  get #root(): string {
    return path.join(this.#folder, 'databases');
  }

  get address(): string {
    return this.#address;
  }

  /** The file without which LevelDB opens none of this database. */
  fileOf(database: string): string {
    return path.join(this.#root, databasesFolder, folderOf(database), 'level', 'CURRENT');
  }

  /** Another onion address leads here; the one before leads nowhere. */
  moveTo(address: string): void {
    const port = this.#port;
    this.#onions.goOffline(this.#address);
    this.#address = address;
    if (port !== undefined) this.#onions.lead(address, port);
  }

  /** `fetch` with the owner's rights. */
  readonly tunnel: Fetch = async (url, init = {}) => {
    this.tunnelRequests += 1;
    if (!this.#endpoint || this.tunnelBroken || this.tunnelRequests > this.tunnelRequestsMost)
      throw new TypeError('host-missing');
    const { pathname, search } = new URL(url);
    const response = await this.#endpoint.handle(
      {
        method: init.method ?? 'GET',
        path: pathname + search,
        headers: Object.fromEntries(new Headers(init.headers)),
        body: typeof init.body === 'string' ? init.body : '',
        ...(init.signal ? { signal: init.signal } : {}),
      },
      { kind: 'owner' },
    );
    init.signal?.throwIfAborted();
    let text = '';
    if (typeof response.body === 'string') text = response.body;
    else for await (const piece of response.body) text += piece;
    init.signal?.throwIfAborted();
    return new Response(text, { status: response.status, headers: response.headers });
  };

  allow(list: Omit<AccessList, 'version'>): void {
    this.#version += 1;
    this.#access.set({ version: this.#version, ...list });
  }

  lend(loan: TransportLoan | undefined): void {
    if (loan) this.#desk.lend(loan);
    else this.#desk.takeBack();
  }

  async startProcess(): Promise<void> {
    this.#store = await openStore(this.#root);
    this.#endpoint = createEndpoint({
      store: this.#store,
      access: this.#access,
      address: () => this.#address,
      // Work that a test waits for is work for nothing.
      limits: { work: { least: 4, most: 6 }, ...this.limits },
      log: (fault) => console.error('FAULT', fault),
      onPeerSeen: (address) => {
        this.seen.push(address);
        this.onPeerSeen(address);
      },
      onBrought: (brought) => this.onBrought(brought),
      // Every ring is told, however often.
      clock: (() => {
        let now = 0;
        return () => (now += 60_000);
      })(),
    });
  }

  /** The process ends; what is on disk stays. */
  async stopProcess(): Promise<void> {
    await this.goOffline();
    this.#endpoint?.close();
    this.#endpoint = undefined;
    await this.#store?.close();
    this.#store = undefined;
  }

  async goOnline(): Promise<void> {
    if (!this.#endpoint) throw new Error('no process');
    this.#door = createOnionDoor({
      endpoint: this.#endpoint,
      access: this.#access,
      desk: this.#desk,
      address: () => this.address,
    });
    const place = await this.#door.listen({ host: '127.0.0.1', port: 0 });
    if (!('port' in place)) return;
    this.#port = place.port;
    this.#onions.lead(this.address, place.port);
  }

  /** Nobody can reach it any more, and whoever is connected is cut off. */
  async goOffline(): Promise<void> {
    this.#onions.goOffline(this.address);
    await this.#door?.close();
    this.#door = undefined;
    this.#port = undefined;
  }

  async dispose(): Promise<void> {
    await this.stopProcess();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
