import { CodedError } from '../../src/protocol/codes.ts';
import type { ControlConnection } from './control-connection.ts';

/** The only events we ever ask for. HS_DESC on a shared Tor also tells the person's other visits. */
type EventKind = 'HS_DESC' | 'STATUS_CLIENT';

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

  return {
    listen: async (kind, listener) => {
      const key = Symbol(kind);
      listeners.set(key, { kind, listener });
      try {
        await subscribe();
      } catch (error) {
        listeners.delete(key);
        throw error;
      }
      return async () => {
        if (listeners.delete(key)) await subscribe();
      };
    },
  };
}
