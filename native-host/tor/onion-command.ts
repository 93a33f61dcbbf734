import { CodedError } from '../../src/protocol/codes.ts';
import { facePort, replicationPort } from '../../src/protocol/virtual-ports.ts';
import type { ServiceWish } from './service-wish.ts';

/**
 * One visitor's circuit carries so many connections at once; one more ends it. A browser opens six to a
 * host. Without this a flood would need one circuit only, and pay for none.
 */
const streamsPerCircuit = 64;

/**
 * Visitors let in: so many in a second for long, and so many at once. Beyond, they wait in a queue, whoever
 * solved the harder puzzle first. Tor's own numbers (250 and 2,500) are for servers; each visitor costs this
 * computer a circuit.
 */
const puzzle = 'PoWDefensesEnabled=1 PoWQueueRate=20 PoWQueueBurst=200';

/**
 * What asks Tor to run this service, both virtual ports leading to one target. The client puzzle is known to
 * tor from 0.4.9 on, where it was compiled in; others refuse the whole command with 512. Throws CodedError
 * `malformed` for a key that is none.
 */
export function onionCommand(
  { expandedKey }: ServiceWish,
  target: string,
  defence: 'puzzle' | 'no-puzzle',
): string {
  if (!/^[A-Za-z0-9+/]{86}==$/.test(expandedKey)) throw new CodedError('malformed', 'onion key');
  return [
    `ADD_ONION ED25519-V3:${expandedKey} Flags=DiscardPK,MaxStreamsCloseCircuit`,
    `MaxStreams=${streamsPerCircuit}`,
    ...(defence === 'puzzle' ? [puzzle] : []),
    ...[replicationPort, facePort].map((port) => `Port=${port},${target}`),
  ].join(' ');
}
