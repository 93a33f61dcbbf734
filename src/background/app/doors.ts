import type { AccessList } from '../../protocol/access-list.ts';
import type { Peer, PeerSpace, PeerSync } from '../../sync/ports.ts';
import { accessListFor, keptSpaces, peersFor, type Sharing } from './access.ts';

export interface DoorsPorts {
  readonly peers: Pick<PeerSync, 'setPeers'>;
  /** Called with the whole list whenever who may do what has changed. */
  readonly grant: (list: AccessList) => void;
  /** The spaces that the host's copy must equal ours in. */
  readonly replicate: (spaces: readonly PeerSpace[]) => void;
}

/** Tells host and network what we share with whom. */
export class Doors {
  readonly #sharing: () => Sharing;
  readonly #ports: DoorsPorts;
  #version: number;
  #peers: readonly Peer[] = [];

  /** @param now later starts must count on from here; where the clock was set back, the host says what it has */
  constructor(sharing: () => Sharing, ports: DoorsPorts, now: number) {
    this.#sharing = sharing;
    this.#ports = ports;
    this.#version = now;
  }

  /** Whom we share with, or what, has changed. */
  changed(): void {
    const sharing = this.#sharing();
    this.#peers = peersFor(sharing);
    this.#ports.peers.setPeers(this.#peers);
    this.#ports.replicate(keptSpaces(sharing));
    this.grant();
  }

  /** Whom we exchange what with. */
  get peers(): readonly Peer[] {
    return this.#peers;
  }

  /** Tells the host who may do what; after each start of it anew. */
  grant(): void {
    this.#version += 1;
    this.#ports.grant(accessListFor(this.#sharing(), this.#version));
  }

  /** The host has a newer list than any of ours, made while the clock was ahead perhaps: ours counts. */
  inForce(version: number): void {
    if (version <= this.#version) return;
    this.#version = version;
    this.grant();
  }
}
