import type { Code } from '../protocol/codes.ts';
import type { Connection } from '../protocol/page-calls.ts';
import type { Door } from '../domain/document/door.ts';
import type { GateKey } from '../domain/document/gated.ts';
import type { SpaceName } from '../domain/space/name.ts';
import type { StoredDocument } from '../store/ports.ts';

/** A number in [0, 1), for jitter and for choosing; no secret depends on it. */
export type Fraction = () => number;

/** A space shared with a peer. */
export interface PeerSpace {
  readonly name: SpaceName;
  readonly door: Door;
  /** Of a `gated` space: the keys that its members' documents prove themselves by, as far as we know them. */
  readonly gates?: readonly GateKey[] | undefined;
  /** What the person doesn't want stored here; all that passes the door without. */
  readonly wanted?: ((document: StoredDocument) => boolean) | undefined;
  /** Nothing is pulled for now; what is ours is pushed all the same. */
  readonly paused?: boolean | undefined;
}

/** Somebody whom we exchange spaces with. */
export interface Peer {
  readonly address: string;
  /** A friend is always dialled; a member of a shared space who is none, when gossip chooses them (gossip.ts). */
  readonly kind: 'friend' | 'member';
  /** Their device's Ed25519 key, by which we know who speaks at their door. */
  readonly device: Uint8Array;
  /** What we pull from them and push to them, as far as their access list agrees. */
  readonly spaces: readonly PeerSpace[];
  /** When they were last reached; those seen last are dialled first. */
  readonly lastSeen?: number | undefined;
}

/** What is known of a connection right now. */
export interface PeerState {
  readonly connection: Connection;
  /** When the friend last answered; since this start, or as given with the peer. */
  readonly lastSeen?: number | undefined;
  /** Why `unreachable`, or why the last pull failed. */
  readonly code?: Code | undefined;
  /** When the next dial is due, while `unreachable`. */
  readonly retryAt?: number | undefined;
}

/**
 * How far we had read a friend's `_db_updates`, kept over restarts so that only what changed is
 * pulled. Losing it costs requests, never documents.
 */
export interface PeerPosition {
  /** Opaque; theirs. */
  readonly since: string;
  /** Spaces pulled to the end at least once; others are pulled whether or not they changed. */
  readonly pulled: readonly string[];
}

export interface Positions {
  get(address: string): PeerPosition | undefined;
  /** May be slow or fail quietly; it is called after each round of pulls. */
  set(address: string, position: PeerPosition): void;
}

/** What the background hears of replication with friends. */
export interface PeerEvents {
  state(address: string, state: PeerState): void;
  /** New documents of this space have been stored here, brought by this friend. */
  stored(address: string, space: SpaceName, ids: readonly string[]): void;
  /** Documents that failed the door check for good; they were dropped. */
  refused(address: string, space: SpaceName, code: string, count: number): void;
}

/** What became of a pushed document batch at one friend. */
export type PushOutcome =
  /** Stored there (or there already). */
  | { readonly address: string; readonly result: 'stored' }
  /** The friend's door said no; saying it again won't help. */
  | { readonly address: string; readonly result: 'refused' }
  /** Not connected, or the request failed: they will pull it when they can. */
  | { readonly address: string; readonly result: 'later'; readonly code: Code };

/** Replication with all friends and, in turn, with members of shared spaces. Made by `createPeerSync` (peer-sync.ts). */
export interface PeerSync {
  /** The peers as they now are; sessions are started, changed and ended accordingly. */
  setPeers(peers: readonly Peer[]): void;
  /**
   * Dial this friend now whatever the backoff says (a doorbell rang); without address everyone (the network is
   * back). A member who rings may be chosen at once, but need not be: they hear from us at our own door.
   */
  wake(address?: string): void;
  state(address: string): PeerState;
  /**
   * Pulls this space from its beginning from every connected peer who shares it: what one of them kept back, or
   * what was passed over before, is asked for again. Costs a list of all its documents each time.
   */
  askAgain(space: SpaceName): void;
  /**
   * Sends fresh documents at once, in one request, to every peer who shares the space and is
   * connected. Never rejects; friends not connected come back as `later`, members not connected not at all:
   * they get them from each other.
   */
  push(space: SpaceName, documents: readonly StoredDocument[]): Promise<PushOutcome[]>;
  /** Ends all connections; nothing is lost. `setPeers` starts anew. */
  stop(): void;
}

/** Documents for inboxes of people who may be offline: kept, and tried until taken. Made by `openOutbox` (outbox.ts). */
export interface Outbox {
  /** Durable when it resolves; delivery begins at once. `key` names it: the same key replaces what was waiting under it. */
  send(key: string, delivery: Delivery): Promise<void>;
  /** Drops what waits under the key. */
  cancel(key: string): Promise<void>;
  /** `working`: we are at the proof of work that their inbox asks of strangers. */
  waiting(): readonly {
    key: string;
    delivery: Delivery;
    attempts: number;
    working: boolean;
    code?: Code;
  }[];
  /** Try those for this address now (all without one). */
  wake(address?: string): void;
  stop(): void;
}

export interface Delivery {
  readonly address: string;
  /** The wire name of their inbox. */
  readonly space: SpaceName;
  readonly document: StoredDocument;
}

export interface OutboxEvents {
  /** The proof of work for it has begun. */
  working(key: string, delivery: Delivery): void;
  /** Stored in their inbox. */
  delivered(key: string, delivery: Delivery): void;
  /** Their door refused it for good (malformed to them, inbox closed); it is no longer waiting. */
  refused(key: string, delivery: Delivery, code: Code): void;
}
