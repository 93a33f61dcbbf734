import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { randomBytes, sodiumReady } from '../src/domain/sodium.ts';
import type { AccessList } from '../src/protocol/access-list.ts';
import { CodedError } from '../src/protocol/codes.ts';
import { createAccessKeeper } from './access-keeper.ts';
import { type Forgetful, keeping, type Kept } from './always-on.ts';
import { dataRoot, profileDirectory } from './data-directory.ts';
import { createAccessControl } from './endpoint/access/access.ts';
import { eraseProfile } from './erase-profile.ts';
import { createEndpoint } from './endpoint/endpoint.ts';
import { createDesk } from './endpoint/handshake/desk.ts';
import { asText } from './endpoint/messages/message.ts';
import { createFace } from './face/face.ts';
import type { HostEvents, HostServices } from './messaging/host-services.ts';
import { openOnionDoors } from './onion-doors.ts';
import { sealedAccess } from './sealed-access.ts';
import { type HostStore, openStore } from './store/store.ts';
import { isTorSocks } from './tor/socks-probe.ts';
import { createTorManager } from './tor/tor-manager.ts';

/** How long a host that was just told to end may still hold its directory when the next one starts. */
const takeoverPatience = 4_000;
const takeoverEvery = 100;

/** Where this account keeps the data of a browser profile. */
export function directoryOf(profile: string): string {
  const surroundings = { env: process.env, platform: process.platform, home: homedir() };
  return profileDirectory(dataRoot(surroundings), profile);
}

/**
 * The whole host for one browser profile, whose directory this is: its databases, the endpoint over them, the doors that Tor
 * leads to, and Tor itself, which is looked for from now on. What was opened is closed again when a later part fails.
 *
 * @param kept what it is to begin with before an add-on says anything
 */
export async function openHostIn(
  directory: string,
  events: HostEvents,
  signal: AbortSignal,
  kept: Kept,
): Promise<HostServices> {
  await sodiumReady();
  const store = await takeStore(directory, signal);
  const closing: Array<() => Promise<void> | void> = [() => store.close()];
  const close = async () => {
    for (const end of closing.splice(0).toReversed()) {
      // One part that can't be closed must not keep the others open.
      await Promise.resolve(end()).catch(() => {});
    }
  };
  try {
    const services = await assemble(directory, store, events, closing, close, kept.access);
    await begin(services, kept);
    return keeping(services, directory, kept);
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  directory: string,
  store: HostStore,
  events: HostEvents,
  closing: Array<() => Promise<void> | void>,
  close: () => Promise<void>,
  list: AccessList | undefined,
): Promise<Forgetful> {
  const access = createAccessControl();
  if (list) access.set(list);
  const accessKeeper = createAccessKeeper(access, sealedAccess(join(directory, 'access')));
  const desk = createDesk({ access, random: randomBytes });
  closing.push(() => desk.takeBack());
  let address: string | undefined;
  const endpoint = createEndpoint({
    store,
    access,
    onPeerSeen: events.peerSeen,
    onBrought: events.brought,
    address: () => address,
  });
  closing.push(() => endpoint.close());
  const face = createFace({ store, access });
  const doors = await openOnionDoors({
    endpoint,
    access,
    desk,
    face,
    address: () => address,
    socket: join(directory, 'onion.sock'),
  });
  closing.push(() => doors.close());
  const uid = process.getuid?.();
  const tor = createTorManager({
    environment: process.env,
    platform: process.platform,
    ...(uid === undefined ? {} : { uid }),
    dataDirectory: directory,
    endpoint: doors.local,
    spawn,
    onStatus: events.torStatus,
  });
  closing.push(() => tor.close());
  void tor.look();
  return {
    request: async (request) => asText(await endpoint.handle(request, { kind: 'owner' })),
    publish: async (expandedKey, wanted) => {
      address = wanted;
      tor.publish({ expandedKey, address: wanted });
    },
    unpublish: async () => {
      address = undefined;
      await tor.unpublish();
    },
    setAccess: (list, key) => accessKeeper.take(list, key),
    lendTransportKey: (loan) => desk.lend(loan),
    takeBackTransportKey: () => desk.takeBack(),
    setPublicFace: (on, shown) => face.show(on ? shown : undefined),
    lookForTor: async (password) => {
      await tor.look(password);
    },
    probeSocks: (host, port) => isTorSocks({ host, port }),
    bridges: (lines) => (lines === undefined ? tor.bridges() : tor.setBridges(lines)),
    testService: () => tor.test(),
    erase: (profile) => eraseProfile(directoryOf(profile)),
    close,
  };
}

/** A host that comes up by itself has what it was last given. */
async function begin(services: Forgetful, { publish, loan, face }: Kept): Promise<void> {
  if (loan && loan.until > Date.now()) services.lendTransportKey(loan);
  if (face !== undefined) services.setPublicFace(true, face);
  if (publish) await services.publish(publish.expandedKey, publish.address);
}

/** A browser that restarts starts its next host while the last is still closing its databases. */
async function takeStore(directory: string, signal: AbortSignal): Promise<HostStore> {
  // The computer's clock may be set back meanwhile.
  const until = performance.now() + takeoverPatience;
  for (;;) {
    try {
      return await openStore(directory);
    } catch (error) {
      const inUse = error instanceof CodedError && error.code === 'data-in-use';
      if (!inUse || performance.now() >= until || signal.aborted) throw error;
      await pause(takeoverEvery);
    }
  }
}
