import { stored } from '../../src/background/app/self/own-spaces.ts';
import { chainStart, positionAfter } from '../../src/domain/document/chain.ts';
import { createDeviceKeys } from '../../src/domain/keys.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { spaceIdFromName, type SpaceName } from '../../src/domain/space/name.ts';
import { makeKeyDocument } from '../../src/domain/types/key.ts';
import { makeSaying } from '../../src/domain/types/saying.ts';
import { systemClock } from '../../src/store/clock.ts';
import type { StoredDocument } from '../../src/store/ports.ts';
import { createOnionFetch } from '../../src/sync/onion-fetch.ts';
import { peerClient } from '../../src/sync/peer-client.ts';
import { person } from '../domain/people.ts';
import type { Onions } from '../sync/onions.ts';
import type { Household } from './household.ts';

/** Brings documents to somebody's onion as a stranger. */
export function bringTo(
  onions: Onions,
  to: Household,
  space: SpaceName,
  documents: readonly StoredDocument[],
) {
  const fetch = createOnionFetch({
    fetch: onions.fetch,
    gate: async () => true,
    clock: systemClock,
  });
  return peerClient(fetch, { address: to.address }).store(space, documents);
}

/** So many posts of somebody who is at nobody's home, speaking of these people. */
export function postsBy(
  name: string,
  space: SpaceName,
  texts: readonly string[],
  mentions: readonly Uint8Array[] = [],
) {
  const { identity } = person(name);
  const device = createDeviceKeys(randomBytes);
  const spaceId = spaceIdFromName(space);
  let position = chainStart;
  const key = makeKeyDocument(identity, spaceId, device.signing.publicKey);
  const posts = texts.map((text) => {
    const writer = { author: identity.publicKey, signer: device.signing };
    const placing = { spaceId, writer, time: Date.now(), position, parents: [] };
    const made = makeSaying(placing, { what: 'post', text, mentions }, randomBytes);
    if (!made.ok || !made.value.body) throw new Error('no post');
    position = positionAfter(made.value.header);
    return [stored(made.value.body.json), stored(made.value.header.json)];
  });
  return { identity, key: stored(key.json), posts };
}
