import { parseAddress, publicKeyFromAddress } from '../../../src/domain/address.ts';
import { equalBytes, fromBase64Url, toHex } from '../../../src/domain/bytes.ts';
import { tokenHash } from '../../../src/domain/peer-handshake/token.ts';
import { parseSpaceName } from '../../../src/domain/space/name.ts';
import type { AccessList, PeerAccess } from '../../../src/protocol/access-list.ts';
import { doorCheckOf, type DoorCheck } from './door-check.ts';
import type { Caller } from '../messages/message.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** What a caller may do in one database. */
export interface Rights {
  readonly read: boolean;
  readonly write: boolean;
  /** Leave documents without seeing any: an inbox. */
  readonly deliver: boolean;
  /** Everything, unchecked. */
  readonly own: boolean;
  /** The check each document must pass that is not the owner's. */
  readonly door?: DoorCheck;
  /** What they bring waits for the owner's judgement. */
  readonly staged?: boolean;
}

/** Who may do what, as the add-on last said. Before that, nobody but the owner. */
export interface AccessControl {
  /** Of the list in force; -1 before there is one. */
  readonly version: number;
  /**
   * Replace the list. `false` if it is older than the one there is. Whoever is given less than before, or
   * has another device now, has to be let in anew: their tokens end, and what they have open.
   */
  set(list: AccessList): boolean;
  /** The device key by which this peer is to be believed; `undefined` for those not on the list. */
  deviceOf(publicKey: Uint8Array): Uint8Array | undefined;
  /** From now until then the holder of this token is the peer with this onion key. */
  admit(publicKey: Uint8Array, tokenHash: string, until: number): void;
  /** Ends all tokens, and what is open by them. */
  endTokens(): void;
  /** Who presents this `Authorization` header; `undefined` for a token that is nobody's. */
  identify(authorization: string | undefined): Caller | undefined;
  /** Whether the caller still is who they were when they came: a peer is one as long as their token lasts. */
  stands(caller: Caller): boolean;
  rights(caller: Caller, database: string): Rights;
  /** Called after each change with the spaces someone may now read who could not before. */
  listen(listener: (newlyReadable: ReadonlySet<string>) => void): () => void;
}

const none: Rights = { read: false, write: false, deliver: false, own: false };
const all: Rights = { read: true, write: true, deliver: true, own: true };

interface Space {
  readonly check: DoorCheck;
  readonly readers: AccessList['spaces'][number]['readers'];
  readonly staged: boolean;
  /** Strangers bring documents, too. */
  readonly open: boolean;
}

interface Peer {
  readonly address: string;
  readonly publicKey: Uint8Array;
  readonly device: Uint8Array;
  readonly read: ReadonlySet<string>;
  readonly write: ReadonlySet<string>;
}

interface State {
  readonly version: number;
  readonly spaces: ReadonlyMap<string, Space>;
  /** Those that anybody may know of. */
  readonly everybodys: ReadonlyMap<string, Space>;
  readonly peers: ReadonlyMap<string, Peer>;
  /** The same, by onion key in hex. */
  readonly byKey: ReadonlyMap<string, Peer>;
}

/**
 * @param clock milliseconds since 1970
 * @param steady milliseconds of a clock that nobody sets
 */
export function createAccessControl(
  clock: () => number = () => Date.now(),
  steady: () => number = () => performance.now(),
): AccessControl {
  let state = stateOf({ version: -1, spaces: [], peers: [] });
  const listeners = new Set<(newlyReadable: ReadonlySet<string>) => void>();
  const tell = (newlyReadable: ReadonlySet<string> = new Set()): void => {
    for (const listener of listeners) listener(newlyReadable);
  };
  const tokens = createTokens(clock, steady, () => tell());
  return {
    get version() {
      return state.version;
    },
    set(list) {
      if (list.version < state.version) return false;
      const before = state;
      state = stateOf(list);
      for (const peer of before.peers.values()) {
        if (hasLost(peer, state.peers.get(peer.address))) tokens.end(peer.address);
      }
      tell(newlyReadable(before, state));
      return true;
    },
    deviceOf: (publicKey) => state.byKey.get(toHex(publicKey))?.device,
    admit(publicKey, hash, until) {
      const peer = state.byKey.get(toHex(publicKey));
      if (peer) tokens.add(hash, { address: peer.address, until });
    },
    endTokens() {
      tokens.end();
      tell();
    },
    identify(authorization) {
      if (authorization === undefined) return { kind: 'stranger' };
      const token = /^Bearer ([A-Za-z0-9_-]{1,200})$/i.exec(authorization)?.[1];
      if (token === undefined) return undefined;
      // Looked up by its hash: how long that takes says nothing of any other token.
      const hash = tokenHash(token);
      const address = tokens.ownerOf(hash);
      return address === undefined ? undefined : { kind: 'peer', address, tokenHash: hash };
    },
    stands: (caller) => caller.kind !== 'peer' || currentPeer(state, tokens, caller) !== undefined,
    rights: (caller, database) => rightsIn(state, tokens, caller, database),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function stateOf(list: AccessList): State {
  const spaces = new Map<string, Space>();
  for (const space of list.spaces) {
    // Only a space can be shared: a door check is bound to a space's name.
    const parsed = parseSpaceName(space.name);
    if (!parsed.ok) continue;
    spaces.set(space.name, {
      check: doorCheckOf(space, parsed.value),
      readers: space.readers,
      staged: space.staged === true,
      open: space.writers === 'anyone',
    });
  }
  const peers = list.peers.flatMap((peer) => peerOf(peer) ?? []);
  return {
    version: list.version,
    spaces,
    everybodys: new Map([...spaces].filter(([, space]) => isEverybodys(space))),
    peers: new Map(peers.map((peer) => [peer.address, peer])),
    byKey: new Map(peers.map((peer) => [toHex(peer.publicKey), peer])),
  };
}

/** `undefined` for what names nobody. */
function peerOf({ address, device, read, write }: PeerAccess): Peer | undefined {
  const parsed = parseAddress(address);
  const key = fromBase64Url(device);
  if (!parsed.ok || !key.ok) return undefined;
  return {
    address,
    publicKey: publicKeyFromAddress(parsed.value),
    device: key.value,
    read: new Set(read),
    write: new Set(write),
  };
}

/** Whether somebody is another device now, or may no longer do something that they could. */
function hasLost(before: Peer, now: Peer | undefined): boolean {
  return (
    now === undefined ||
    !equalBytes(before.device, now.device) ||
    [...before.read].some((name) => !now.read.has(name)) ||
    [...before.write].some((name) => !now.write.has(name))
  );
}

function rightsIn(state: State, tokens: Tokens, caller: Caller, database: string): Rights {
  if (caller.kind === 'owner' || caller.kind === 'open') return all;
  const peer = caller.kind === 'peer' ? currentPeer(state, tokens, caller) : undefined;
  const isTheirs = peer?.read.has(database) === true || peer?.write.has(database) === true;
  // What is not theirs to know of is not even looked up: that takes as long whether or not it is there.
  const space = (isTheirs ? state.spaces : state.everybodys).get(database);
  if (space === undefined) return none;
  const isInbox = space.check.kind === 'inbox';
  return {
    read: mayRead(space, peer),
    write: !isInbox && (space.open || peer?.write.has(database) === true),
    deliver: isInbox,
    own: false,
    door: space.check,
    staged: space.staged,
  };
}

function isEverybodys({ check, readers }: Space): boolean {
  return check.kind === 'inbox' || readers === 'anyone';
}

/** Anyone reads what is public; a peer what is opened to peers and listed for this one; an inbox nobody. */
function mayRead(space: Space, peer: Peer | undefined): boolean {
  const { check, readers } = space;
  if (check.kind === 'inbox') return false;
  if (readers === 'anyone') return true;
  return readers === 'peers' && peer?.read.has(check.space) === true;
}

/** A token that ends takes with it what was begun by it. */
function currentPeer(
  state: State,
  tokens: Tokens,
  { address, tokenHash: hash }: Caller & { kind: 'peer' },
): Peer | undefined {
  const ended = hash !== undefined && tokens.ownerOf(hash) !== address;
  return ended ? undefined : state.peers.get(address);
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
