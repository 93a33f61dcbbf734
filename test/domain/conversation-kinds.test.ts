import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CborMap, encodeCbor } from '../../src/domain/cbor.ts';
import { type Content, makeContent, openContent } from '../../src/domain/conversation/content.ts';
import { introductionKind } from '../../src/domain/conversation-kinds/introduction.ts';
import { purgedKind, purgeKind } from '../../src/domain/conversation-kinds/purge.ts';
import { receiptsKind, seenAtOnce, seenKind } from '../../src/domain/conversation-kinds/seen.ts';
import { timerKind } from '../../src/domain/conversation-kinds/timer.ts';
import type { Result } from '../../src/domain/result.ts';
import { textKind } from '../../src/domain/conversation-kinds/text.ts';
import { limits } from '../../src/domain/limits.ts';
import { pad } from '../../src/domain/padding.ts';
import { must, seeded } from './people.ts';

const random = seeded('kinds');
const refused = (code: string) => ({ ok: false, code });
const opened = (content: Content, time = 5) =>
  openContent(must(makeContent({ ...content, time }, random)).padded);

test('what a message says comes back as it was said', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.nat(), (text, time) => {
      const message = must(opened(must(textKind.write({ text })), time));
      expect(message).toMatchObject({ kind: 'text', time });
      expect(textKind.read(message)).toEqual({ ok: true, value: { text } });
    }),
  );
});

test('a kind of a later version is kept byte for byte, whatever it holds', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), (fields) => {
      expect(must(opened({ kind: 'some-later-thing', fields }))).toMatchObject({ fields });
    }),
  );
});

test('a message says at most so much, and the whole of it fits a sealed document', () => {
  const most = { kind: 'later', fields: new Uint8Array(limits.contentBytes) };
  const { padded } = must(makeContent({ ...most, time: 5 }, random));
  expect(padded.length + 2_000).toBeLessThan(limits.sealedBytes);
  const more = { kind: 'later', fields: new Uint8Array(limits.contentBytes + 1), time: 5 };
  expect(makeContent(more, random)).toEqual(refused('too-large'));
  const { i, ...rest } = { i: random(16), k: more.kind, m: 5, x: more.fields };
  expect(openContent(pad(encodeCbor({ i, ...rest })))).toEqual(refused('malformed'));
});

test('a kind has a plain name', () => {
  for (const kind of ['', 'Text', '-a', 'a b', 'a'.repeat(33), '../x']) {
    expect(opened({ kind, fields: new Uint8Array(0) })).toEqual(refused('malformed'));
  }
});

test('what is not of the form of its kind is neither sent nor read', () => {
  expect(textKind.write({ text: 'x'.repeat(limits.messageCharacters + 1) }).ok).toBe(false);
  const read = (fields: Uint8Array) => textKind.read({ fields });
  expect(read(encodeCbor({ text: 5 }))).toEqual(refused('malformed'));
  expect(read(encodeCbor({ text: 'a', more: true }))).toEqual(refused('unknown-field'));
  expect(read(Uint8Array.of(0xff))).toEqual(refused('malformed'));
});

const kinds = [
  textKind,
  timerKind,
  seenKind,
  receiptsKind,
  purgeKind,
  purgedKind,
  introductionKind,
] as const;

test.each(kinds)('$name: whatever a hostile friend puts in, it is its form or refused', (kind) => {
  const fields = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .dictionary(
        fc.constantFrom('text', 'life', 'on', 'documents', 'kept', 'address', 'name', 'x'),
        fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.array(fc.string()), fc.constant(null)),
      )
      .map((map) => encodeCbor(map)),
  );
  fc.assert(
    fc.property(fields, (bytes) => {
      const read: Result<CborMap> = kind.read({ fields: bytes });
      if (read.ok) expect(encodeCbor(read.value)).toEqual(bytes);
    }),
  );
});

test('a timer has one of five lives, and one word names so many messages', () => {
  const life = (value: number) => timerKind.read({ fields: encodeCbor({ life: value }) }).ok;
  expect([0, 3_600, 86_400, 604_800, 2_419_200].every(life)).toBe(true);
  expect([-1, 1, 3_599, 2_419_201].some(life)).toBe(false);
  const documents = Array.from({ length: seenAtOnce }, () => 'a'.repeat(52));
  expect(seenKind.write({ documents }).ok).toBe(true);
  expect(seenKind.write({ documents: [...documents, 'b'.repeat(52)] }).ok).toBe(false);
  expect(seenKind.write({ documents: ['../vault'] }).ok).toBe(false);
  expect(introductionKind.read({ fields: encodeCbor({ address: 'no', name: 'x' }) }).ok).toBe(
    false,
  );
});
