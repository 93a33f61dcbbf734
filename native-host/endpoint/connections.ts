import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** Connections of people not (yet) known by a token, all together. */
  readonly unknown: number;
  /** Connections of known peers. */
  readonly known: number;
  /** Requests of unknown people under way at once. */
  readonly unknownRequests: number;
  /** Handshakes' requests under way at once; they are short, so one more cuts off the oldest. */
  readonly handshakes: number;
}

/** `known`: by a token. `handshake`: somebody who is about to say who they are. */
export type Standing = 'known' | 'unknown' | 'handshake';

/** Behind Tor all connections look alike; only a token tells a friend's from a flood. */
export const onionConnections: ConnectionLimits = {
  unknown: 128,
  known: 512,
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
  known: boolean;
  requests: number;
}

export function createConnections(limits: ConnectionLimits): Connections {
  /** In the order in which they were last used. */
  const held = new Map<Socket, Held>();
  let unknownRequests = 0;
  /** Oldest first. */
  const handshakes = new Set<Socket>();
  const count = (known: boolean): number => {
    let number = 0;
    for (const connection of held.values()) if (connection.known === known) number += 1;
    return number;
  };
  const touch = (socket: Socket, connection: Held): void => {
    held.delete(socket);
    held.set(socket, connection);
  };
  const cutIdle = (): boolean => {
    for (const [socket, { known, requests }] of held) {
      if (known || requests > 0) continue;
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
  return {
    admit(socket) {
      if (count(false) >= limits.unknown && !cutIdle()) {
        socket.destroy();
        return;
      }
      held.set(socket, { known: false, requests: 0 });
      socket.once('close', () => held.delete(socket));
    },
    begin(socket, standing) {
      const connection = held.get(socket);
      if (connection === undefined) return undefined;
      if (standing === 'known' && !connection.known) connection.known = count(true) < limits.known;
      const shakes = !connection.known && standing === 'handshake';
      const counted = !connection.known && !shakes;
      if (counted && unknownRequests >= limits.unknownRequests) return undefined;
      if (counted) unknownRequests += 1;
      if (shakes) {
        cutHandshake();
        handshakes.add(socket);
      }
      connection.requests += 1;
      touch(socket, connection);
      return () => {
        if (counted) unknownRequests -= 1;
        handshakes.delete(socket);
        connection.requests -= 1;
        if (held.has(socket)) touch(socket, connection);
      };
    },
    closeAll() {
      for (const socket of held.keys()) socket.destroy();
    },
  };
}
