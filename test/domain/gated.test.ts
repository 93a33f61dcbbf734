import { expect, test } from 'vitest';
import { toBase64Url } from '../../src/domain/bytes.ts';
import { checkAtDoor } from '../../src/domain/document/door.ts';
import { checkSealedAtDoor, makeGated, unwrapGated } from '../../src/domain/document/gated.ts';
import { wrapSealed } from '../../src/domain/document/sealed.ts';
import { limits } from '../../src/domain/limits.ts';
import { spaceNameOf } from '../../src/domain/space/name.ts';
import { seeded } from './people.ts';

const random = seeded('gated');
const spaceId = random(32);
const name = spaceNameOf(spaceId);
const gate = { hint: random(8), key: random(32) };
const document = makeGated(spaceId, gate, random(300));
const refused = (code: string) => ({ ok: false, code });

test('a gated document opens as it was made, and passes the door of its own kind only', () => {
  expect(unwrapGated(document.json, spaceId)).toEqual({ ok: true, value: document });
  expect(checkAtDoor('gated', document.json, name)).toEqual({ ok: true, value: document.json });
  expect(checkAtDoor('sealed', document.json, name)).toEqual(refused('unknown-field'));
  expect(checkAtDoor('signed', document.json, name)).toEqual(refused('wrong-door'));
  const { json } = wrapSealed(spaceId, random(300));
  expect(checkAtDoor('gated', json, name)).toEqual(refused('malformed'));
});

test('another hint, proof or ciphertext is another document', () => {
  for (const [field, bytes] of [
    ['k', 8],
    ['g', 16],
    ['c', 300],
  ] as const) {
    const changed = { ...document.json, [field]: toBase64Url(random(bytes)) };
    expect(unwrapGated(changed, spaceId)).toEqual(refused('wrong-id'));
    const short = { ...document.json, [field]: toBase64Url(random(bytes - 1)) };
    expect(unwrapGated(short, spaceId).ok).toBe(false);
  }
  const large = makeGated(spaceId, gate, random(limits.gatedBytes + 1));
  expect(unwrapGated(large.json, spaceId)).toEqual(refused('too-large'));
});

test('the host holds several gate keys, two of them by one hint, and finds the one that fits', () => {
  const others = [
    { hint: gate.hint, key: random(32) },
    { hint: random(8), key: gate.key },
  ];
  expect(checkSealedAtDoor(document.json, spaceId, [...others, gate]).ok).toBe(true);
  expect(checkSealedAtDoor(document.json, spaceId, others)).toEqual(refused('undecryptable'));
  expect(checkSealedAtDoor(document.json, spaceId, others.slice(1))).toEqual(
    refused('unknown-epoch'),
  );
  expect(checkSealedAtDoor({ ...document.json, v: 2 }, spaceId, [gate])).toEqual(
    refused('wrong-version'),
  );
});
