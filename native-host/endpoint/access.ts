import { timingSafeEqual } from 'node:crypto';
import type { Door } from '../../src/domain/document/door.ts';
import { tokenHash } from '../../src/domain/friend/pair.ts';
import { parseSpaceName, type SpaceName } from '../../src/domain/space/name.ts';
import type { AccessList, PeerAccess } from '../../src/protocol/access-list.ts';
import type { Caller } from './message.ts';

/** What a caller may do in one database. */
export interface Rights {
  readonly read: boolean;
  readonly write: boolean;
  /** Leave documents without seeing any: an inbox. */
  readonly deliver: boolean;
  /** Everything, unchecked. */
  readonly own: boolean;
  /** The check each document must pass that is not the owner's, with the space it is bound to. */
  readonly door?: { readonly kind: Door; readonly space: SpaceName };
}

/** Who may do what, as the add-on last said; kept in memory only. Before that, nobody but the owner. */
export interface AccessControl {
  /** Replace the list. `false` if it is older than the one there is. */
  set(list: AccessList): boolean;
  /** Who presents this `Authorization` header; `undefined` for a token that is nobody's. */
  identify(authorization: string | undefined): Caller | undefined;
  rights(caller: Caller, database: string): Rights;
  /** Called after each change with the spaces someone may now read who could not before. */
  listen(listener: (newlyReadable: ReadonlySet<string>) => void): () => void;
}

const none: Rights = { read: false, write: false, deliver: false, own: false };
const all: Rights = { read: true, write: true, deliver: true, own: true };

interface Space {
  readonly name: SpaceName;
  readonly door: Door;
  readonly readers: AccessList['spaces'][number]['readers'];
}

interface Peer {
  readonly address: string;
  readonly tokenHash: string;
  readonly hash: Uint8Array;
  readonly read: ReadonlySet<string>;
  readonly write: ReadonlySet<string>;
}

interface State {
  readonly version: number;
  readonly spaces: ReadonlyMap<string, Space>;
  readonly peers: ReadonlyMap<string, Peer>;
}

export function createAccessControl(): AccessControl {
  let state: State = { version: -1, spaces: new Map(), peers: new Map() };
  const listeners = new Set<(newlyReadable: ReadonlySet<string>) => void>();
  return {
    set(list) {
      if (list.version < state.version) return false;
      const before = state;
      state = stateOf(list);
      const gained = newlyReadable(before, state);
      for (const listener of listeners) listener(gained);
      return true;
    },
    identify(authorization) {
      if (authorization === undefined) return { kind: 'stranger' };
      const token = /^Bearer ([A-Za-z0-9_-]{1,200})$/i.exec(authorization)?.[1];
      if (token === undefined) return undefined;
      const peer = findByToken(state.peers, tokenHash(token));
      return peer && { kind: 'peer', address: peer.address, tokenHash: peer.tokenHash };
    },
    rights: (caller, database) => rightsIn(state, caller, database),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function stateOf(list: AccessList): State {
  const spaces = new Map<string, Space>();
  for (const { name, door, readers } of list.spaces) {
    // Only a space can be shared: a door check is bound to a space's name.
    const parsed = parseSpaceName(name);
    if (parsed.ok) spaces.set(name, { name: parsed.value, door, readers });
  }
  return {
    version: list.version,
    spaces,
    peers: new Map(list.peers.map((peer) => [peer.address, peerOf(peer)])),
  };
}

function peerOf({ address, tokenHash: hash, read, write }: PeerAccess): Peer {
  return {
    address,
    tokenHash: hash,
    hash: bytesOf(hash),
    read: new Set(read),
    write: new Set(write),
  };
}

const bytesOf = (base64url: string): Uint8Array =>
  Uint8Array.from(Buffer.from(base64url, 'base64url'));

/** Every peer's hash is compared, each in constant time: how long it takes tells nothing of the token. */
function findByToken(peers: ReadonlyMap<string, Peer>, presented: string): Peer | undefined {
  const hash = bytesOf(presented);
  let found: Peer | undefined;
  for (const peer of peers.values()) {
    if (peer.hash.length === hash.length && timingSafeEqual(peer.hash, hash)) found = peer;
  }
  return found;
}

function rightsIn(state: State, caller: Caller, database: string): Rights {
  if (caller.kind === 'owner' || caller.kind === 'open') return all;
  const space = state.spaces.get(database);
  if (space === undefined) return none;
  const peer = caller.kind === 'peer' ? currentPeer(state, caller) : undefined;
  return {
    read: mayRead(space, peer),
    write: space.door !== 'inbox' && peer?.write.has(database) === true,
    deliver: space.door === 'inbox',
    own: false,
    door: { kind: space.door, space: space.name },
  };
}

/** Anyone reads what is public; a peer what is opened to peers and listed for this one; an inbox nobody. */
function mayRead(space: Space, peer: Peer | undefined): boolean {
  if (space.door === 'inbox') return false;
  if (space.readers === 'anyone') return true;
  return space.readers === 'peers' && peer?.read.has(space.name) === true;
}

/** A token that was replaced ends what was begun with it. */
function currentPeer(state: State, caller: Caller & { kind: 'peer' }): Peer | undefined {
  const peer = state.peers.get(caller.address);
  const replaced = caller.tokenHash !== undefined && caller.tokenHash !== peer?.tokenHash;
  return replaced ? undefined : peer;
}

function newlyReadable(before: State, after: State): Set<string> {
  const names = new Set<string>();
  const note = (name: string, peer?: Peer): void => {
    const space = after.spaces.get(name);
    const was = before.spaces.get(name);
    const peerThen = peer && before.peers.get(peer.address);
    if (space && mayRead(space, peer) && !(was && mayRead(was, peerThen))) names.add(name);
  };
  for (const name of after.spaces.keys()) note(name);
  for (const peer of after.peers.values()) for (const name of peer.read) note(name, peer);
  return names;
}
