import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/domain/bytes.ts';
import { publicKeyFromAddress } from '../../../src/domain/address.ts';
import { chainStart } from '../../../src/domain/document/chain.ts';
import {
  type GatedDocument,
  makeGated,
  unwrapGated,
  wrapGated,
} from '../../../src/domain/document/gated.ts';
import { sealLogDocument } from '../../../src/domain/forum/author.ts';
import { deviceWord } from '../../../src/domain/forum/duty.ts';
import { encodeInner } from '../../../src/domain/forum/inner.ts';
import { issueEpoch } from '../../../src/domain/forum/issue-epoch.ts';
import { offersIn } from '../../../src/domain/forum/key-words.ts';
import { epochNameOf } from '../../../src/domain/forum/state.ts';
import type { PrivateForum } from '../../../src/domain/forum/view.ts';
import { writeInForum } from '../../../src/domain/forum/write.ts';
import { openForumMessage, sealForumMessage } from '../../../src/domain/forum-keys/message.ts';
import { chainOf } from '../../../src/domain/forum-keys/sender-chain.ts';
import { makeOperation } from '../../../src/domain/membership/make.ts';
import { bytesOfName, personOf } from '../../../src/domain/membership/operation.ts';
import { accept } from '../../../src/domain/result.ts';
import { randomBytes, x25519PublicKey } from '../../../src/domain/sodium.ts';
import { decodeEpochContent } from '../../../src/domain/types/epoch-content.ts';
import { makeSaying } from '../../../src/domain/types/saying.ts';
import { readWhole, stored } from '../../../src/background/app/self/own-spaces.ts';
import type { FeedView } from '../../../src/protocol/page-calls.ts';
import { inPlainOrder } from '../../../src/ui/client/plain-order.ts';
import { parseMarkdown } from '../../../src/ui/markdown/parse.ts';
import type { Block, Inline } from '../../../src/ui/markdown/tree.ts';
import { htmls, lies, runningSchemes, turningCharacters } from '../../ui/markdown-tricks.ts';
import { mostADay } from '../../../src/background/app/feed/crowd.ts';
import { ask, canWrite, isIn, post, reads, texts, toVote, view } from '../forum-people.ts';
import { eventually, type Household } from '../household.ts';
import { atTheDoor, foes, inside, keysOf, must, smuggle } from './foes.ts';

const world = foes();

/** Every link of a text, as the page gets it. */
function linksIn(parts: readonly (Block | Inline)[]): { href: string; host: string | undefined }[] {
  return parts.flatMap((part) => [
    ...(part.kind === 'link' ? [{ href: part.href, host: part.host }] : []),
    ...('children' in part ? linksIn(part.children) : []),
    ...('blocks' in part ? linksIn(part.blocks) : []),
    ...('items' in part ? part.items.flatMap(linksIn) : []),
  ]);
}

const hashOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));

/** Refused inside the forum, where its own page says so. */
async function refuses(who: Household, code: string): Promise<void> {
  await eventually(
    `${who.name} refuses it as ${code}`,
    async () => ((await view(who, world.space)).refused[code] ?? 0) > 0,
  );
}

/** Among members it may have come by way of any of them, who is counted then: whoever brought it first. */
async function counted(who: Household, code: string): Promise<void> {
  await eventually(`${who.name} counts ${code}`, async () => {
    const { people } = await ask(who).refused({});
    return people.some(({ counts }) => (counts[code] ?? 0) > 0);
  });
}

describe('Ben, a member, means ill', { timeout: 120_000 }, () => {
  it('writes in Ana’s name', async () => {
    const { ana, ben, cleo, space } = world;
    const forum = inside(ben, space);
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
    await smuggle(ben, space, wrapGated(spaceId, message));
    await refuses(ana, 'wrong-author');
    await refuses(cleo, 'wrong-author');
    await counted(ana, 'wrong-author');
  });

  it('votes in Ana’s name', async () => {
    const { ana, ben, cleo, space } = world;
    await ask(ben).proposeMembers({ space, action: 'remove', people: [cleo.address] });
    await eventually(
      'Ana has the proposal',
      async () => (await view(ana, space)).proposals.length > 0,
    );
    const forum = inside(ben, space);
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
      act: { type: 'vote', proposal: hashOf(id!), yes: true },
    });
    await smuggle(ben, space, sealLogDocument(forum, vote, randomBytes));
    await refuses(ana, 'bad-ancestry');
    await refuses(cleo, 'bad-ancestry');
    await counted(ana, 'bad-ancestry');
    expect((await view(cleo, space)).proposals[0]?.yes).toHaveLength(1);
    await isIn(ana, space, ana, ben, cleo);
  });

  it('sends what is nothing, with the gate’s proof that a member made it', async () => {
    const { ana, ben, cleo, space } = world;
    const { state } = inside(ben, space);
    const [log] = state.logKeys.values();
    const nothing = makeGated(state.space.id, log!.gate, randomBytes(400));
    const short = makeGated(state.space.id, log!.gate, randomBytes(8));
    await smuggle(ben, space, nothing, short);
    await refuses(ana, 'undecryptable');
    await refuses(cleo, 'malformed');
    await counted(ana, 'undecryptable');
    await counted(ana, 'malformed');
  });

  it('sends Ana’s words a second time', async () => {
    const { ana, ben, cleo, space } = world;
    await post(ana, space, 'once');
    await reads(ben, space, 'once');
    const forum = inside(ben, space);
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
      await smuggle(ben, space, wrapGated(spaceId, message));
    }
    await refuses(cleo, 'wrong-author');
    // Sealed in her name it is, byte for byte, what is here.
    await counted(ana, 'wrong-author');
    expect(await texts(cleo, space)).toEqual(['once']);
    expect(await texts(ana, space)).toEqual(['once']);
  });

  it('is put out, and has a friend inside pass on what he writes as of yesterday', async () => {
    const { ana, ben, cleo, space } = world;
    const before = inside(ben, space);
    const { writer } = ben.person.forums.get(space).space;
    await ask(ana).proposeMembers({ space, action: 'remove', people: [ben.address] });
    await toVote(cleo, space, true);
    await isIn(ana, space, ana, cleo);
    await canWrite([ana, cleo], space);
    const author = { writer, position: { seq: 9, prev: new Uint8Array(32) }, time: 1 };
    const saying = { what: 'post', text: 'I was never gone' } as const;
    const { documents } = must(writeInForum(before, author, saying, randomBytes));
    await smuggle(cleo, space, ...documents);
    await refuses(ana, 'departed-meanwhile');
    await counted(ana, 'departed-meanwhile');
    expect(await texts(ana, space)).not.toContain('I was never gone');
    expect(await texts(cleo, space)).not.toContain('I was never gone');
  });

  it('is put out, and dates a vote back to when he was in', async () => {
    const { ana, ben, cleo, space } = world;
    await ask(cleo).proposeMembers({ space, action: 'remove', people: [ana.address] });
    await eventually('Ben has it', async () => (await view(ben, space)).proposals.length > 0);
    const before = inside(ben, space);
    const [proposal] = (await view(ben, space)).proposals.map(({ id }) => id);
    await ask(ana).proposeMembers({ space, action: 'remove', people: [ben.address] });
    await toVote(cleo, space, true, ben);
    await isIn(ana, space, ana, cleo);
    await isIn(cleo, space, ana, cleo);
    await canWrite([ana, cleo], space);
    const { identity, device } = ben.person.context.me;
    const own = deviceWord(before, { author: identity.publicKey, signer: device.signing });
    const voteAfter = (forum: PrivateForum, time: number) =>
      makeOperation({
        spaceId: forum.state.space.id,
        writer: { author: identity.publicKey, signer: device.signing },
        position: { seq: 9, prev: new Uint8Array(32) },
        own: bytesOfName(own!.name),
        parents: forum.membership.heads.map(({ name }) => bytesOfName(name)),
        time,
        act: { type: 'vote', proposal: hashOf(proposal!), yes: true },
      });
    const now = inside(cleo, space);
    const late = voteAfter(now, Date.now());
    const early = voteAfter(before, Date.now() - 86_400_000);
    // The doors of those who stay know him no more; somebody inside has to carry it.
    const door = await atTheDoor(world, ana, ben);
    const name = ben.person.forums.get(space).space.name;
    const vote = sealLogDocument(now, late, randomBytes);
    await expect(door.store(name, [stored(vote.json)])).rejects.toThrow('not-found');
    await smuggle(cleo, space, sealLogDocument(now, early, randomBytes), vote);
    await refuses(ana, 'not-a-member');
    await eventually('it is counted', () => ana.refused.includes('not-a-member'));
    await isIn(ana, space, ana, cleo);
    expect((await view(ana, space)).proposals).toEqual([]);
  });

  it('writes HTML and links that lie: they are words on Ana’s page, and say where they lead', async () => {
    const { ana, ben, space } = world;
    const tricks = [
      htmls.join('\n'),
      ...lies.map(({ words, address }) => `[${words}](${address})`),
      ...runningSchemes.map((address) => `[click](${address})`),
      `Look: ${turningCharacters}gnp.exe`,
    ];
    await post(ben, space, tricks.join('\n\n'));
    await eventually('Ana has it', async () => (await texts(ana, space)).length > 0);
    // As it comes to her page.
    const { posts } = inPlainOrder(await ask(ana).feed({ space, limit: 10 })) as FeedView;
    const [shownText = ''] = posts.map(({ text }) => text);
    for (const character of turningCharacters) expect(shownText).not.toContain(character);
    const links = linksIn(parseMarkdown(shownText));
    expect(links.length).toBeGreaterThan(10);
    for (const { href, host } of links) {
      expect(href).toMatch(/^(https?|mailto):/);
      expect(host).toBeDefined();
    }
    expect(ana.refusedOf(ben)).toEqual({});
  });

  it('floods the forum: what is too much for a day stands aside, and hides nobody', async () => {
    const { ana, ben, cleo, space } = world;
    await post(cleo, space, 'Quiet here.');
    await reads(ana, space, 'Quiet here.');
    const { writer } = ben.person.forums.get(space).space;
    let forum = inside(ben, space);
    let position = { seq: 50, prev: randomBytes(32) };
    const flood: GatedDocument[] = [];
    const time = Date.now();
    for (let index = 0; index < mostADay + 30; index += 1) {
      const author = { writer, position, time };
      const saying = { what: 'post', text: `Buy! ${index}` } as const;
      const { signed, documents, state } = must(writeInForum(forum, author, saying, randomBytes));
      flood.push(...documents);
      forum = { ...forum, state };
      position = { seq: signed.seq + 1, prev: signed.hash };
    }
    await smuggle(ben, space, ...flood);
    await eventually('all of it is here', async () => {
      const { posts } = ana.person.forums.get(space).space;
      return posts.size === mostADay + 31;
    });
    const feed = async () => (await ana.person.feed.page({ limit: 1_000 })).posts;
    const ofBen = async () => (await feed()).filter(({ text }) => text.startsWith('Buy!'));
    await eventually('it stands aside', async () => (await ofBen()).length === mostADay);
    expect((await ofBen()).map(({ more }) => more ?? 0).filter((more) => more > 0)).toEqual([30]);
    expect((await feed()).map(({ text }) => text)).toContain('Quiet here.');
    // On the forum's own page it is to be seen, and judged.
    expect((await ana.person.feed.page({ space, limit: 1_000 })).posts).toHaveLength(mostADay + 31);
  });

  it('makes keys that leave Cleo out: her add-on complains, and the others make new ones', async () => {
    const { ana, ben, cleo, space } = world;
    const hers = personOf(publicKeyFromAddress(cleo.address));
    const offerOf = ({ state, membership }: PrivateForum) => offersIn(state, membership).get(hers);
    await eventually('Ben has her pre-key', () => offerOf(inside(ben, space)) !== undefined);
    const forum = inside(ben, space);
    const { writer } = ben.person.forums.get(space).space;
    const offer = offerOf(forum)!;
    // Under her pre-key's name a box that she can't open.
    const told = new Map([[hers, { ...offer, key: x25519PublicKey(randomBytes(32)) }]]);
    const chain = forum.chains.find(({ key }) => key === toHex(writer.signer.publicKey));
    const position = { seq: (chain?.head.seq ?? 0) + 1, prev: chain?.head.hash ?? null };
    const author = { writer, position, time: Date.now() };
    const { documents, signed } = must(issueEpoch(forum, author, { told, random: randomBytes }));
    for (const who of [ana, cleo]) who.patience = 500;
    await smuggle(ben, space, ...documents);
    const { id } = must(decodeEpochContent(signed.content, signed, forum.state.space.id));
    const bad = epochNameOf(id);
    await eventually('it has come to Ana', () => inside(ana, space).state.keys.has(bad));
    await eventually('Ana writes by other keys', () => {
      const { epoch } = inside(ana, space);
      return epoch !== undefined && epochNameOf(epoch.epoch.id) !== bad;
    });
    await canWrite([ana, cleo], space);
    await post(ana, space, 'all of us again');
    await reads(cleo, space, 'all of us again');
    for (const who of [ana, cleo]) who.patience = 600_000;
  });
});
