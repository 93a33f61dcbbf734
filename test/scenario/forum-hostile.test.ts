import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publicKeyFromAddress } from '../../src/domain/address.ts';
import { chainStart } from '../../src/domain/document/chain.ts';
import {
  type GatedDocument,
  makeGated,
  unwrapGated,
  wrapGated,
} from '../../src/domain/document/gated.ts';
import { sealLogDocument } from '../../src/domain/forum/author.ts';
import { deviceWord } from '../../src/domain/forum/duty.ts';
import { encodeInner } from '../../src/domain/forum/inner.ts';
import { epochNameOf } from '../../src/domain/forum/state.ts';
import type { PrivateForum } from '../../src/domain/forum/view.ts';
import { writeInForum } from '../../src/domain/forum/write.ts';
import { openForumMessage, sealForumMessage } from '../../src/domain/forum-keys/message.ts';
import { chainOf } from '../../src/domain/forum-keys/sender-chain.ts';
import { makeOperation } from '../../src/domain/membership/make.ts';
import { bytesOfName } from '../../src/domain/membership/operation.ts';
import { accept, type Result } from '../../src/domain/result.ts';
import { randomBytes, sodiumReady } from '../../src/domain/sodium.ts';
import { makeSaying } from '../../src/domain/types/saying.ts';
import { readWhole, stored } from '../../src/background/app/self/own-spaces.ts';
import { putDocuments } from '../../src/store/documents.ts';
import { Onions } from '../sync/onions.ts';
import {
  ask,
  befriendAll,
  canWrite,
  found,
  isIn,
  post,
  reads,
  texts,
  toVote,
  view,
} from './forum-people.ts';
import { eventually, Household, surprises } from './household.ts';

let onions: Onions;
let ana: Household;
let ben: Household;
let cleo: Household;
let space: string;

beforeAll(async () => {
  await sodiumReady();
  onions = new Onions();
  [ana, ben, cleo] = await Promise.all([
    Household.found('Ana', onions),
    Household.found('Ben', onions),
    Household.found('Cleo', onions),
  ]);
  await befriendAll(ana, [ben, cleo]);
}, 60_000);

beforeEach(async () => {
  space = await found(ana, [ben, cleo]);
}, 60_000);

afterEach(async () => {
  await post(ana, space, 'we go on');
  await reads(cleo, space, 'we go on');
  await post(cleo, space, 'so we do');
  await reads(ana, space, 'so we do');
  expect(surprises.splice(0)).toEqual([]);
}, 60_000);

afterAll(async () => {
  await Promise.all([ana, ben, cleo].map((person) => person.dispose()));
  await onions.close();
});

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.code);
  return result.value;
}

/** All that Ben's add-on knows, in the hands of Ben. */
function inside(who: Household): PrivateForum {
  const { forum } = who.person.forums.get(space).space;
  if (!forum) throw new Error('not in');
  return forum;
}

function keysOf({ epoch, state }: PrivateForum) {
  const keys = epoch && state.keys.get(epochNameOf(epoch.epoch.id));
  if (!keys?.secret) throw new Error('no keys');
  return { ...keys, secret: keys.secret };
}

/** Puts it where his host serves it to the others, past his own add-on. */
async function smuggle(who: Household, ...documents: readonly GatedDocument[]): Promise<void> {
  const database = await who.person.context.stores.open(space);
  await putDocuments(
    database,
    documents.map(({ json }) => stored(json)),
  );
}

async function refuses(who: Household, code: string): Promise<void> {
  await eventually(
    `${who.name} refuses it as ${code}`,
    async () => ((await view(who, space)).refused[code] ?? 0) > 0,
  );
}

describe('Ben, a member, means ill', { timeout: 120_000 }, () => {
  it('writes in Ana’s name', async () => {
    const forum = inside(ben);
    const { signing } = ben.person.context.me.device;
    const spaceId = forum.state.space.id;
    const { header } = must(
      makeSaying(
        {
          spaceId,
          writer: { author: publicKeyFromAddress(ana.address), signer: signing },
          position: chainStart,
          parents: forum.membership.heads.map(({ name }) => bytesOfName(name)),
          time: Date.now(),
        },
        { what: 'reaction', post: new Uint8Array(32), sign: '👍' },
        randomBytes,
      ),
    );
    const inner = encodeInner({ document: header });
    const { message } = must(sealForumMessage(keysOf(forum), spaceId, inner, randomBytes));
    await smuggle(ben, wrapGated(spaceId, message));
    await refuses(ana, 'wrong-author');
    await refuses(cleo, 'wrong-author');
  });

  it('votes in Ana’s name', async () => {
    await ask(ben).proposeMembers({ space, action: 'remove', people: [cleo.address] });
    await eventually(
      'Ana has the proposal',
      async () => (await view(ana, space)).proposals.length > 0,
    );
    const forum = inside(ben);
    const { identity, device } = ben.person.context.me;
    const own = deviceWord(forum, { author: identity.publicKey, signer: device.signing });
    const [id] = (await view(ben, space)).proposals.map((one) => one.id);
    const vote = makeOperation({
      spaceId: forum.state.space.id,
      writer: { author: publicKeyFromAddress(ana.address), signer: device.signing },
      position: chainStart,
      own: bytesOfName(own!.name),
      parents: forum.membership.heads.map(({ name }) => bytesOfName(name)),
      time: Date.now(),
      act: { type: 'vote', proposal: new Uint8Array(Buffer.from(id!, 'base64url')), yes: true },
    });
    await smuggle(ben, sealLogDocument(forum, vote, randomBytes));
    await refuses(ana, 'bad-ancestry');
    await refuses(cleo, 'bad-ancestry');
    expect((await view(cleo, space)).proposals[0]?.yes).toHaveLength(1);
    await isIn(ana, space, ana, ben, cleo);
  });

  it('sends what is nothing, with the gate’s proof that a member made it', async () => {
    const { state } = inside(ben);
    const [log] = state.logKeys.values();
    const nothing = makeGated(state.space.id, log!.gate, randomBytes(400));
    const short = makeGated(state.space.id, log!.gate, randomBytes(8));
    await smuggle(ben, nothing, short);
    await refuses(ana, 'undecryptable');
    await refuses(cleo, 'malformed');
  });

  it('sends Ana’s words a second time', async () => {
    await post(ana, space, 'once');
    await reads(ben, space, 'once');
    const forum = inside(ben);
    const keys = keysOf(forum);
    const spaceId = forum.state.space.id;
    const author = publicKeyFromAddress(ana.address);
    const documents = await readWhole(await ben.person.context.stores.open(space));
    const words = documents.flatMap((json) => {
      const gated = unwrapGated(json, spaceId);
      const opened =
        gated.ok && openForumMessage([keys], spaceId, gated.value, (bytes) => accept(bytes));
      return opened && opened.ok ? [opened.value.value] : [];
    });
    expect(words).toHaveLength(1);
    const inAnasName = { ...keys, own: { ...chainOf(keys.secret, keys.id, author), next: 0 } };
    for (const sender of [keys, inAnasName]) {
      const { message } = must(sealForumMessage(sender, spaceId, words[0]!, randomBytes));
      await smuggle(ben, wrapGated(spaceId, message));
    }
    await refuses(cleo, 'wrong-author');
    expect(await texts(cleo, space)).toEqual(['once']);
    expect(await texts(ana, space)).toEqual(['once']);
  });

  it('is put out, and has a friend inside pass on what he writes as of yesterday', async () => {
    const before = inside(ben);
    const { writer } = ben.person.forums.get(space).space;
    await ask(ana).proposeMembers({ space, action: 'remove', people: [ben.address] });
    await toVote(cleo, space, true);
    await isIn(ana, space, ana, cleo);
    await canWrite([ana, cleo], space);
    const author = { writer, position: { seq: 9, prev: new Uint8Array(32) }, time: 1 };
    const saying = { what: 'post', text: 'I was never gone' } as const;
    const { documents } = must(writeInForum(before, author, saying, randomBytes));
    await smuggle(cleo, ...documents);
    await refuses(ana, 'departed-meanwhile');
    expect(await texts(ana, space)).not.toContain('I was never gone');
    expect(await texts(cleo, space)).not.toContain('I was never gone');
  });
});
