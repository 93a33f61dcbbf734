import { openControl } from './authenticate.ts';
import type { Clock } from './clock.ts';
import { ownTorHints, writtenControlPort, type OwnTorFiles } from './own-tor-files.ts';

/** A tor that is told to halt is gone within a second. */
const goneWithin = 5_000;

/**
 * Ends a tor of ours that outlived its host (it looks every 15 s only whether its owner lives) and would
 * keep our next one out of its folder. Whoever calls this holds the data directory, so no living host
 * owns it; and only a tor that knows the cookie in that folder is spoken to.
 */
export async function endOrphan(
  files: OwnTorFiles,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const port = await writtenControlPort(files);
  if (port === undefined) return;
  try {
    const address = { host: '127.0.0.1', port };
    const { connection, method } = await openControl(address, ownTorHints(files), signal);
    try {
      if (method !== 'safecookie') return;
      await connection.ask('SIGNAL HALT').catch(() => undefined);
      const gone = new AbortController();
      void connection.closed.then(() => gone.abort());
      await clock.wait(goneWithin, AbortSignal.any([gone.signal, signal]));
    } finally {
      connection.close();
    }
  } catch {
    // Nobody there, or nobody of ours: the port is long somebody else's.
  }
}
