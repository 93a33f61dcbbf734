import type { SpaceSync } from '../../../protocol/page-calls/spaces.ts';
import type { Peer, PeerState, PeerSync } from '../../../sync/ports.ts';
import type { Visits } from '../../../sync/visits.ts';
import type { Doors } from '../doors.ts';

/** Somebody who has a space, and how things stand with them. */
export interface Holder extends PeerState {
  readonly kind: Peer['kind'];
}

/** Whether what others wrote in a space is here, as far as anybody can tell; `undefined` where nobody else has it. */
export function spaceSync(holders: readonly Holder[]): SpaceSync | undefined {
  if (holders.length === 0) return undefined;
  const is = (connection: PeerState['connection']) =>
    holders.some((one) => one.connection === connection);
  if (holders.some(isServed)) return { state: 'up-to-date' };
  if (is('online')) return { state: 'fetching' };
  if (is('dialing')) return { state: 'connecting' };
  const code = holders.find((one) => one.code !== undefined)?.code;
  return { state: 'waiting', ...(code === undefined ? {} : { code }) };
}

/** A member with whom all was exchanged is let go again: nothing is known of their connection, only that there was one. */
function isServed({ kind, connection, code, lastSeen }: Holder): boolean {
  if (code !== undefined) return false;
  return (
    connection === 'up-to-date' ||
    (kind === 'member' && connection === 'unknown' && lastSeen !== undefined)
  );
}

/** Those of these peers who have the space. `paused`: what they have is not taken now. */
export function holdersOf(
  space: string,
  peers: readonly Peer[],
  stateOf: (address: string) => PeerState,
): { readonly holders: readonly Holder[]; readonly paused: boolean } {
  const having = peers.flatMap(({ address, kind, spaces }) => {
    const shared = spaces.find(({ name }) => name === space);
    return shared
      ? [{ holder: { ...stateOf(address), kind }, paused: shared.paused === true }]
      : [];
  });
  return {
    holders: having.map(({ holder }) => holder),
    paused: having.some(({ paused }) => paused),
  };
}

/** How it stands with each space, with those we exchange it with and those we visit for it. */
export function syncIn(
  doors: Pick<Doors, 'peers'>,
  ports: { readonly peers: Pick<PeerSync, 'state'>; readonly visits: Pick<Visits, 'states'> },
): (space: string) => SpaceSync | undefined {
  return (space) => {
    const near = holdersOf(space, doors.peers, (address) => ports.peers.state(address));
    const far = ports.visits.states(space).map((state) => ({ ...state, kind: 'friend' as const }));
    return near.paused ? { state: 'paused' } : spaceSync([...near.holders, ...far]);
  };
}
