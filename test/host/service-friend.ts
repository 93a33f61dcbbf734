import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { makeTransportKey } from '../../src/domain/peer-handshake/transport-key.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { systemClock } from '../../src/store/clock.ts';
import { createOnionFetch } from '../../src/sync/onion-fetch.ts';
import { createPeerTokens } from '../../src/sync/peer-tokens.ts';
import type { Person } from '../domain/people.ts';
import { Onions } from '../sync/onions.ts';

/** What a friend's add-on gets who shakes hands at the door where Tor leads, and then asks for this. Rejects as it does. */
export async function asFriend(
  who: Person,
  owner: Person,
  socket: string,
  path: string,
): Promise<unknown> {
  const tor = createServer((incoming) => {
    const door = connect(socket);
    for (const one of [incoming, door]) one.on('error', () => incoming.destroy());
    incoming.pipe(door).pipe(incoming);
  });
  tor.listen(0, '127.0.0.1');
  await once(tor, 'listening');
  const place = tor.address();
  const { address } = owner.identity;
  const onions = new Onions();
  onions.lead(address, typeof place === 'object' && place ? place.port : 0);
  try {
    const ports = { fetch: onions.fetch, gate: async () => true, clock: systemClock };
    const fetch = createOnionFetch(ports);
    const { publicKey } = who.identity;
    const making = { owner: publicKey, signer: who.device.signing, now: Date.now() };
    const self = { publicKey, transport: makeTransportKey(making, randomBytes) };
    const made = { fetch, self: () => self, random: randomBytes, clock: systemClock };
    const peer = { address, device: owner.device.signing.publicKey };
    const { token } = await createPeerTokens(made).get(peer);
    return await fetch({ address, path, token, most: 100_000 });
  } finally {
    tor.close();
  }
}
