import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '../src/protocol/codes.ts';
import { directoryOf, openHostIn } from './host.ts';
import type { HostEvents, HostServices, OpenHost } from './messaging/host-services.ts';
import {
  inTemporaryFolder,
  removeLeftFolders,
  removeTemporary,
  type TemporarySurroundings,
} from './temporary.ts';

/** How long what is to be thrown away is waited for; a browser kills its hosts about three seconds after it has gone. */
const closingMost = 1_000;

/** The host that a browser greets: of its profile's own directory, or one that keeps nothing. */
export const openHost: OpenHost = async ({ profile, temporary }, events, signal) => {
  if (temporary === true) return openTemporaryHost(events, signal);
  const services = await openHostIn(directoryOf(profile), events, signal, {});
  void removeLeftFolders(surroundings());
  return services;
};

/** All that this one writes is gone when it closes, or, if it dies, at the next start of any host of this account. */
function openTemporaryHost(events: HostEvents, signal: AbortSignal): Promise<HostServices> {
  return inTemporaryFolder(surroundings(), async (directory) => {
    const services = await openHostIn(directory, events, signal, {});
    return {
      ...services,
      // Nothing is kept that it could come up by.
      async alwaysOn(on) {
        if (on === true) throw new CodedError('not-allowed');
        return false;
      },
      async close() {
        await Promise.race([services.close(), pause(closingMost)]);
        await removeTemporary(directory);
      },
    };
  });
}

function surroundings(): TemporarySurroundings {
  const { env, platform } = process;
  return { env, platform, uid: process.getuid?.(), temporary: tmpdir() };
}
