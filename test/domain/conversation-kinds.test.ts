import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCbor } from '../../src/domain/cbor.ts';
import { type Content, makeContent, openContent } from '../../src/domain/conversation/content.ts';
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
