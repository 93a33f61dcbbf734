import { expect, test } from 'vitest';
import { decodeCbor, encodeCbor, type CborMap } from '../../src/domain/cbor.ts';
import { hashFor } from '../../src/domain/hash.ts';
import { openSnapshot, signSnapshot, takeSnapshot } from '../../src/domain/membership/snapshot.ts';
import { refusals } from '../../src/domain/refusal.ts';
import { must } from './people.ts';
import { deviceOf, keyOf, World } from './membership-world.ts';

const world = new World(['Alice', 'Bob', 'Carol'], { dormancy: true });
world.leave('Carol');
const open = world.propose('Alice', 'admit', ['Frank']);
world.vote('Bob', open);
const decision = world.admit(['Alice', 'Bob'], ['Dave']);
world.accept('Alice', decision);
const last = world.admit(['Alice', 'Bob'], ['Erin']);
const snapshot = must(takeSnapshot(world.state(), last.hash));
const whole = must(decodeCbor(snapshot.bytes)) as CborMap & { readonly o: readonly CborMap[] };

const keys = world.documents.filter(({ type }) => type === 'key').map(({ json }) => json);

/** As whoever invites could have it: the hash that is named, and signed, is that of these very bytes. */
function reopened(records: readonly CborMap[]) {
  const bytes = encodeCbor({ ...whole, o: records });
  const hash = hashFor('membership-snapshot', world.charter.spaceId, bytes);
  const claim = { decision: snapshot.decision, hash };
  const signatures = ['Alice', 'Bob', 'Dave'].map(
    (name) =>
      signSnapshot(claim, {
        spaceId: world.charter.spaceId,
        writer: { author: keyOf(name), signer: deviceOf(name, 'laptop') },
        position: { seq: 0, prev: null },
        time: 1,
      }).json,
  );
  return openSnapshot(bytes, [...keys, ...signatures], claim, world.charter);
}

const withRecord = (index: number, record: CborMap) => reopened(whole.o.with(index, record));

test('the snapshot as it is opens', () => {
  expect(reopened(whole.o).ok).toBe(true);
  expect(new Set(whole.o.map(({ k }) => k)).size).toBeGreaterThan(4);
});

test('a record of a snapshot that lacks what its kind needs is refused', () => {
  const optional = new Set(['t']);
  for (const [index, record] of whole.o.entries()) {
    for (const name of Object.keys(record)) {
      const { [name]: _, ...rest } = record;
      const result = withRecord(index, rest);
      if (!optional.has(name)) expect({ index, name, ok: result.ok }).toMatchObject({ ok: false });
    }
  }
});

test('a record that points at what is not there, or at another kind, is refused', () => {
  for (const [index, record] of whole.o.entries()) {
    for (const [name, value] of Object.entries(record)) {
      for (const other of [0, whole.o.length + 5]) {
        const pointed = Array.isArray(value) ? [other] : typeof value === 'number' ? other : value;
        const result = withRecord(index, { ...record, [name]: pointed });
        expect(result.ok || refusals.includes(result.code)).toBe(true);
        if (pointed !== value && other > 0 && name !== 'q') expect(result.ok).toBe(false);
      }
    }
  }
});

test('a snapshot of no genesis, or of two, is refused', () => {
  expect(reopened([]).ok).toBe(false);
  expect(reopened(whole.o.slice(1)).ok).toBe(false);
  const [genesis] = whole.o;
  if (genesis !== undefined) expect(withRecord(1, genesis).ok).toBe(false);
});
