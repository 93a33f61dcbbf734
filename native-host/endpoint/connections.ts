import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** Connections of people not (yet) known by a token, all together. */
  readonly unknown: number;
  /** Connections of known peers. */
  readonly known: number;
  /** Requests of unknown people under way at once. */
  readonly unknownRequests: number;
}

/** Behind Tor all connections look alike; only a token tells a friend's from a flood. */
export const onionConnections: ConnectionLimits = { unknown: 128, known: 512, unknownRequests: 32 };

/** Who holds connections to a door, so that strangers can't take the places of friends. */
export interface Connections {
  /** Take a new connection, or refuse it. To make room the unknown one that idles longest is cut. */
  admit(socket: Socket): void;
  /** A request began on this connection; `undefined` if there are too many, else call it at the end. */
  begin(socket: Socket, known: boolean): (() => void) | undefined;
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
  return {
    admit(socket) {
      if (count(false) >= limits.unknown && !cutIdle()) {
        socket.destroy();
        return;
      }
      held.set(socket, { known: false, requests: 0 });
      socket.once('close', () => held.delete(socket));
    },
    begin(socket, known) {
      const connection = held.get(socket);
      if (connection === undefined) return undefined;
      if (known && !connection.known) connection.known = count(true) < limits.known;
      const counted = !connection.known;
      if (counted && unknownRequests >= limits.unknownRequests) return undefined;
      if (counted) unknownRequests += 1;
      connection.requests += 1;
      touch(socket, connection);
      return () => {
        if (counted) unknownRequests -= 1;
        connection.requests -= 1;
        if (held.has(socket)) touch(socket, connection);
      };
    },
    closeAll() {
      for (const socket of held.keys()) socket.destroy();
    },
  };
}
