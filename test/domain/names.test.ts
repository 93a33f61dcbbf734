import { expect, test } from 'vitest';
import { publicKeyFromAddress, type OnionAddress } from '../../src/domain/address.ts';
import { fromBase32 } from '../../src/domain/bytes.ts';
import { formatSpaceLink, parseSpaceLink } from '../../src/domain/space/link.ts';
import { parseSpaceName, spaceIdFromName, type SpaceName } from '../../src/domain/space/name.ts';
import { blogSpace, inboxSpace, profileSpace } from '../../src/domain/space/charter.ts';
import { decodeCharter, encodeCharter } from '../../src/domain/space/charter-bytes.ts';
import { person, seeded } from './people.ts';

const owner = person('Alice').identity.publicKey;

test('a space is named after its charter, and its name gives its id back', () => {
  const random = seeded('names');
  for (const space of [profileSpace(owner), inboxSpace(owner), blogSpace(owner, 'News', random)]) {
    expect(parseSpaceName(space.name)).toEqual({ ok: true, value: space.name });
    expect(spaceIdFromName(space.name)).toEqual(space.id);
    expect(decodeCharter(encodeCharter(space.charter))).toEqual({ ok: true, value: space.charter });
  }
});

test('profile and inbox are found by whoever knows the address; a blog is not', () => {
  const random = seeded('names');
  expect(profileSpace(owner).name).toBe(profileSpace(owner).name);
  expect(profileSpace(owner).name).not.toBe(inboxSpace(owner).name);
  expect(blogSpace(owner, 'News', random).name).not.toBe(blogSpace(owner, 'News', random).name);
});

test.each([
  '',
  's',
  'x'.repeat(53),
  `s${'a'.repeat(51)}`,
  `s${'a'.repeat(51)}b`,
  `S${'a'.repeat(52)}`,
])('%j is no name of a space', (text) => {
  expect(parseSpaceName(text)).toEqual({ ok: false, code: 'malformed' });
});

test('a name or address that was never checked is a bug, and says so', () => {
  expect(() => spaceIdFromName('s!' as SpaceName)).toThrow(TypeError);
  expect(() => publicKeyFromAddress('!' as OnionAddress)).toThrow(TypeError);
  expect(fromBase32('!').ok).toBe(false);
});

const address = person('Alice').identity.address;
const blog = blogSpace(owner, 'News', seeded('links')).name;
const link = formatSpaceLink({ host: address, space: blog });

test('a link to a space says where it is and which one, also with what people paste around it', () => {
  expect(link).toBe(`http://${address}/#n25:${blog}`);
  const found = { ok: true, value: { host: address, space: blog } };
  for (const text of [
    link,
    `  ${link}\n`,
    `${address}#n25:${blog}`,
    link.replace('/#', ':25984/#'),
  ]) {
    expect(parseSpaceLink(text)).toEqual(found);
  }
});

test.each([
  ['without a space', `http://${address}/`, 'malformed'],
  ['with a space that is none', `http://${address}/#n25:${blog}x`, 'malformed'],
  ['with an address that is none', `http://${'a'.repeat(56)}.onion/#n25:${blog}`, 'bad-address'],
  ['that leads elsewhere', `https://example.org/${address}#n25:${blog}`, 'bad-address'],
  ['that is endless', `http://${'x'.repeat(5_000)}#n25:${blog}`, 'malformed'],
])('a link %s is none', (_what, text, code) => {
  expect(parseSpaceLink(text)).toEqual({ ok: false, code });
});
