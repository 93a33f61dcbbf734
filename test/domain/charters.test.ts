import { expect, test } from 'vitest';
import { decodeCbor, encodeCbor, type CborMap } from '../../src/domain/cbor.ts';
import { decodeCharter, encodeCharter } from '../../src/domain/space/charter-bytes.ts';
import type { Plan } from '../../src/domain/space/charter-content.ts';
import {
  inboxSpace,
  mayWrite,
  membershipCharterOf,
  newSpace,
  profileSpace,
  spaceOf,
} from '../../src/domain/space/charter.ts';
import {
  decodeInvitation,
  encodeInvitation,
  invitationLimits,
  type Invitation,
} from '../../src/domain/space/invitation.ts';
import { must, person, seeded } from './people.ts';

const owner = person('Alice').identity.publicKey;
const random = seeded('charters');
const refused = (code: string) => ({ ok: false, code });

const voted = { owner, title: 'Plot', rule: 'majority', dormancy: true } as const;
const circle = { owner, title: 'Close ones', writers: 'owner', mode: 'history' } as const;
const plans: readonly Plan[] = [
  { kind: 'blog', owner, title: 'News' },
  { kind: 'public-forum', owner, title: 'Square' },
  { kind: 'project-blog', ...voted },
  { kind: 'private-forum', ...voted, mode: 'ephemeral' },
  { kind: 'restricted-blog', ...voted, rule: 'two-thirds', mode: 'history' },
  { kind: 'friends-feed', ...circle },
  { kind: 'private-blog', ...circle, mode: 'ephemeral' },
  { kind: 'list', ...circle, writers: 'members' },
];
const spaces = [
  profileSpace(owner),
  inboxSpace(owner),
  ...plans.map((plan) => must(newSpace(plan, random))),
];

test.each(spaces.map((space) => [space.charter.kind, space] as const))(
  'the charter of a %s comes back from its bytes, and names its space',
  (_kind, { charter, name }) => {
    const again = must(decodeCharter(encodeCharter(charter)));
    expect(again).toEqual(charter);
    expect(spaceOf(again).name).toBe(name);
  },
);

test('one plan makes two spaces, and where the charter is sealed its salt is as long as a key', () => {
  for (const plan of plans) {
    const [one, two] = [must(newSpace(plan, random)), must(newSpace(plan, random))];
    expect(one.name).not.toBe(two.name);
    const salt = 'salt' in one.charter ? one.charter.salt.length : 0;
    expect(salt).toBe('mode' in plan ? 32 : 16);
  }
});

test('a title over the limit makes no space', () => {
  const plan: Plan = { kind: 'blog', owner, title: 'x'.repeat(61) };
  expect(newSpace(plan, random)).toEqual(refused('too-large'));
});

const fieldsOf = (charter: (typeof spaces)[number]['charter']) =>
  must(decodeCbor(encodeCharter(charter))) as CborMap;

test.each(spaces.map(({ charter }) => [charter.kind, charter] as const))(
  'a %s with a field too few, too many or of another kind is no charter',
  (kind, charter) => {
    const fields = fieldsOf(charter);
    for (const name of Object.keys(fields)) {
      const { [name]: _left, ...rest } = fields;
      expect(decodeCharter(encodeCbor(rest))).toEqual(refused('malformed'));
      expect(decodeCharter(encodeCbor({ ...fields, [name]: 7 }))).toEqual(refused('malformed'));
    }
    const more = kind === 'profile' || kind === 'inbox' ? { t: 'x' } : { x: 1 };
    expect(decodeCharter(encodeCbor({ ...fields, ...more }))).toEqual(refused('unknown-field'));
  },
);

test('who may join is what the charter says: by vote, by the owner, or nobody and everybody', () => {
  const rules = spaces.map((space) => [space.charter.kind, membershipCharterOf(space)?.rule]);
  expect(Object.fromEntries(rules)).toEqual({
    profile: undefined,
    inbox: undefined,
    blog: undefined,
    'public-forum': undefined,
    'project-blog': 'majority',
    'private-forum': 'majority',
    'restricted-blog': 'two-thirds',
    'friends-feed': 'owner',
    'private-blog': 'owner',
    list: 'owner',
  });
  const forum =
    spaces.find(({ charter }) => charter.kind === 'private-forum') ?? profileSpace(owner);
  expect(membershipCharterOf(forum)).toEqual({
    spaceId: forum.id,
    founder: owner,
    rule: 'majority',
    dormancy: true,
  });
});

test("in a friends' feed only the owner writes, on a list with writing members all do", () => {
  const writers = spaces.filter(({ charter }) => mayWrite(charter, false));
  const kinds = writers.map(({ charter }) => charter.kind);
  expect(kinds).not.toContain('friends-feed');
  expect(kinds).toContain('list');
  expect(spaces.every(({ charter }) => mayWrite(charter, true))).toBe(true);
});

const [publicSpace, sealedSpace] = [spaces[3], spaces[5]];
if (publicSpace === undefined || sealedSpace === undefined) throw new Error('no such space');
const [anchor, snapshot] = [random(32), random(32)];
const invitation: Invitation = {
  space: sealedSpace,
  logKeys: [random(32), random(32)],
  anchor,
  snapshot,
};

test('an invitation says what the space is, how its log is read, and what is final', () => {
  const invitations: Invitation[] = [
    invitation,
    { ...invitation, snapshot: null },
    { space: publicSpace, logKeys: [], anchor: null, snapshot: null },
  ];
  for (const one of invitations) {
    expect(decodeInvitation(encodeInvitation(one))).toEqual({ ok: true, value: one });
  }
});

test('an invitation carries the newest keys of the log, the older are in the log itself', () => {
  const logKeys = Array.from({ length: 70 }, () => random(32));
  const opened = must(decodeInvitation(encodeInvitation({ ...invitation, logKeys })));
  expect(opened.logKeys).toEqual(logKeys.slice(0, invitationLimits.logKeys));
});

test.each<[string, Uint8Array, string]>([
  ['no CBOR', Uint8Array.of(0xff), 'malformed'],
  ['a sealed space without a key', encodeInvitation({ ...invitation, logKeys: [] }), 'malformed'],
  ['a public one with a key', encodeInvitation({ ...invitation, space: publicSpace }), 'malformed'],
  ['a snapshot of nothing', encodeInvitation({ ...invitation, anchor: null }), 'malformed'],
  [
    'a charter that is none',
    encodeCbor({ v: 1, c: encodeCbor({ k: 'fort' }), l: [], a: null, s: null }),
    'malformed',
  ],
  [
    'a charter that is no map',
    encodeCbor({ v: 1, c: Uint8Array.of(1), l: [], a: null, s: null }),
    'malformed',
  ],
  [
    'a version from the future',
    encodeCbor({ v: 2, c: new Uint8Array(0), l: [], a: null, s: null }),
    'malformed',
  ],
])('an invitation with %s is refused', (_what, bytes, code) => {
  expect(decodeInvitation(bytes)).toEqual(refused(code));
});
