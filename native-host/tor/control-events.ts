import { CodedError } from '../../src/protocol/codes.ts';
import type { ControlConnection } from './control-connection.ts';

/**
 * The only events we ever ask for. On a shared Tor HS_DESC also tells the person's other visits, and
 * STATUS_CLIENT where another program's SOCKS request led: neither is listened to for longer than needed.
 */
type EventKind = 'HS_DESC' | 'STATUS_CLIENT' | 'STATUS_GENERAL' | 'NETWORK_LIVENESS';

/** Asks Tor for events while somebody wants them, and not a moment longer. */
export interface ControlEvents {
  /**
   * Calls `listener` with the words after the event's name, until the function it gives is called.
   * Rejects with CodedError `tor-refused` when this Tor does not let us have the event.
   */
  listen(kind: EventKind, listener: (text: string) => void): Promise<() => Promise<void>>;
}

export function controlEvents(connection: ControlConnection): ControlEvents {
  const listeners = new Map<symbol, { kind: EventKind; listener: (text: string) => void }>();

  connection.onEvent((text) => {
    const space = text.indexOf(' ');
    const name = text.slice(0, space);
    for (const { kind, listener } of listeners.values())
      if (kind === name) listener(text.slice(space + 1));
  });

  const subscribe = async () => {
    const kinds = new Set([...listeners.values()].map(({ kind }) => kind));
    const { status } = await connection.ask(['SETEVENTS', ...kinds].join(' '));
    if (status !== 250) throw new CodedError('tor-refused', 'SETEVENTS');
  };

  /** One change at a time: a kind that is refused must not be in another's command. */
  let changes: Promise<unknown> = Promise.resolve();
  const inTurn = (change: () => Promise<void>): Promise<void> => {
    const done = changes.then(change);
    changes = done.catch(() => undefined);
    return done;
  };

  return {
    listen: async (kind, listener) => {
      const key = Symbol(kind);
      await inTurn(async () => {
        listeners.set(key, { kind, listener });
        try {
          await subscribe();
        } catch (error) {
          listeners.delete(key);
          throw error;
        }
      });
      return () =>
        inTurn(async () => {
          if (listeners.delete(key)) await subscribe();
        });
    },
  };
}
