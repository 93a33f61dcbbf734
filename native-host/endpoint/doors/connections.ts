import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** Connections of people not (yet) known by a token, all together. */
  readonly unknown: number;
  /** Connections of known peers. */
  readonly known: number;
  /** And of each of them, and its requests under way at once, whatever their connections. */
  readonly ofOnePeer: number;
  readonly requestsOfOnePeer: number;
  /** Requests of unknown people under way at once. */
  readonly unknownRequests: number;
  /** Handshakes' requests under way at once; they are short, so one more cuts off the oldest. */
  readonly handshakes: number;
}

/** A peer known by a token, somebody who is about to say who they are, or anyone else. */
export type Standing = { readonly peer: string } | 'unknown' | 'handshake';

/** Behind Tor all connections look alike; only a token tells a friend's from a flood. */
export const onionConnections: ConnectionLimits = {
  unknown: 128,
  known: 512,
  // A browser opens six to a host, and a few more while it changes its address.
  ofOnePeer: 16,
  requestsOfOnePeer: 32,
  unknownRequests: 32,
  handshakes: 64,
};

/** Who holds connections to a door, so that strangers can't take the places of friends. */
export interface Connections {
  /** Take a new connection, or refuse it. To make room the unknown one that idles longest is cut. */
  admit(socket: Socket): void;
  /** A request began on this connection; `undefined` if there are too many, else call it at the end. */
  begin(socket: Socket, standing: Standing): (() => void) | undefined;
  closeAll(): void;
}

interface Held {
  /** Whose it is, once they showed a token. */
  peer: string | undefined;
  requests: number;
}

export function createConnections(limits: ConnectionLimits): Connections {
  /** In the order in which they were last used. */
  const held = new Map<Socket, Held>();
  const requestsOf = new Map<string, number>();
  let unknownRequests = 0;
  /** Oldest first. */
  const handshakes = new Set<Socket>();
  const count = (which: (connection: Held) => boolean): number => {
    let number = 0;
    for (const connection of held.values()) if (which(connection)) number += 1;
    return number;
  };
  const touch = (socket: Socket, connection: Held): void => {
    held.delete(socket);
    held.set(socket, connection);
  };
  const cutIdle = (peer?: string): boolean => {
    for (const [socket, connection] of held) {
      if (connection.peer !== peer || connection.requests > 0) continue;
      held.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  };
  const cutHandshake = (): void => {
    const [oldest] = handshakes;
    if (handshakes.size < limits.handshakes || oldest === undefined) return;
    handshakes.delete(oldest);
    oldest.destroy();
  };
  /** Whether the connection is this peer's now: there is room among the known ones, and among theirs. */
  const know = (connection: Held, peer: string): boolean => {
    const theirs = count((each) => each.peer === peer);
    if (theirs >= limits.ofOnePeer && !cutIdle(peer)) return false;
    if (count((each) => each.peer !== undefined) >= limits.known) return false;
    connection.peer = peer;
    return true;
  };
  const beginKnown = (peer: string): (() => void) | undefined => {
    const theirs = requestsOf.get(peer) ?? 0;
    if (theirs >= limits.requestsOfOnePeer) return undefined;
    requestsOf.set(peer, theirs + 1);
    return () => {
      const left = (requestsOf.get(peer) ?? 1) - 1;
      if (left > 0) requestsOf.set(peer, left);
      else requestsOf.delete(peer);
    };
  };
  const beginHandshake = (socket: Socket): (() => void) => {
    cutHandshake();
    handshakes.add(socket);
    return () => handshakes.delete(socket);
  };
  const beginUnknown = (): (() => void) | undefined => {
    if (unknownRequests >= limits.unknownRequests) return undefined;
    unknownRequests += 1;
    return () => (unknownRequests -= 1);
  };
  const beginAs = (
    socket: Socket,
    connection: Held,
    standing: Standing,
  ): (() => void) | undefined => {
    if (typeof standing === 'object') {
      const { peer } = standing;
      if (connection.peer === peer || know(connection, peer)) return beginKnown(peer);
    }
    // Whose token has just ended shakes hands again where they are.
    else if (connection.peer !== undefined) return beginKnown(connection.peer);
    return standing === 'handshake' ? beginHandshake(socket) : beginUnknown();
  };
  return {
    admit(socket) {
      if (count(({ peer }) => peer === undefined) >= limits.unknown && !cutIdle()) {
        socket.destroy();
        return;
      }
      held.set(socket, { peer: undefined, requests: 0 });
      socket.once('close', () => held.delete(socket));
    },
    begin(socket, standing) {
      const connection = held.get(socket);
      if (connection === undefined) return undefined;
      const end = beginAs(socket, connection, standing);
      if (end === undefined) return undefined;
      connection.requests += 1;
      touch(socket, connection);
      return () => {
        end();
        connection.requests -= 1;
        if (held.has(socket)) touch(socket, connection);
      };
    },
    closeAll() {
      for (const socket of held.keys()) socket.destroy();
    },
  };
}
