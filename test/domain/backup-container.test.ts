import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { BackupReader, BackupWriter } from '../../src/domain/backup/container.ts';
import { backupLine, type BackupRecord, decodeBackupLine } from '../../src/domain/backup/record.ts';
import { concat, utf8 } from '../../src/domain/bytes.ts';
import { documentId, revisionOf } from '../../src/domain/document/id.ts';
import { identityFromRoot } from '../../src/domain/identity.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import { spaceNameOf } from '../../src/domain/space/name.ts';
import { must } from './people.ts';

beforeAll(sodiumReady);

const root = new Uint8Array(32).fill(3);
const opening = (): BackupRecord[] => [
  { is: 'header', number: 3, made: 1_764_000_000_000, address: identityFromRoot(root).address },
  { is: 'root', root },
];

const aDocument = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((hash): BackupRecord => {
  const _id = documentId('d', hash);
  const document = { _id, _rev: revisionOf(_id), v: 1, c: 'AAAA' };
  return { is: 'document', document };
});
const anEntry = fc
  .tuple(fc.string({ minLength: 1, maxLength: 30 }), fc.jsonValue())
  .map(([name, value]): BackupRecord => ({ is: 'entry', name, value: toJson(value) }));
const aSpace = fc
  .tuple(
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    fc.string({ maxLength: 60 }),
    fc.array(aDocument, { maxLength: 4 }),
  )
  .map(([id, title, documents]): BackupRecord[] => [
    { is: 'space', name: spaceNameOf(id), title, kind: 'blog' },
    ...documents,
  ]);
const someRecords = fc
  .tuple(fc.array(anEntry, { maxLength: 6 }), fc.array(aSpace, { maxLength: 4 }))
  .map(([entries, spaces]) => [...opening(), ...entries, ...spaces.flat()]);

/** What JSON makes of it: no negative zero, for instance. */
const toJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function written(records: readonly BackupRecord[]): Uint8Array {
  const writer = new BackupWriter();
  const lines = records.map((record) => writer.write(record));
  return concat(...lines, writer.finish());
}

function readBack(bytes: Uint8Array, size: number) {
  const reader = new BackupReader();
  const records: BackupRecord[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const come = reader.push(bytes.subarray(at, at + size));
    if (!come.ok) return come;
    records.push(...come.value);
  }
  const end = reader.finish();
  return end.ok ? { ok: true as const, value: records } : end;
}

describe('a backup', () => {
  it('gives back what was written, in pieces of any size', () => {
    fc.assert(
      fc.property(someRecords, fc.integer({ min: 1, max: 5_000 }), (records, size) => {
        expect(must(readBack(written(records), size))).toEqual(records);
      }),
    );
  });

  it('that ends anywhere too soon is refused', () => {
    fc.assert(
      fc.property(someRecords, fc.nat(), (records, at) => {
        const whole = written(records);
        expect(readBack(whole.subarray(0, at % whole.length), 900)).toEqual({
          ok: false,
          code: 'malformed',
        });
      }),
    );
  });

  it('from which a line is missing, or in which one came twice or changed, is refused', () => {
    fc.assert(
      fc.property(someRecords, fc.nat(), fc.constantFrom(0, 2), (records, which, times) => {
        const lines = new TextDecoder().decode(written(records)).split('\n').slice(0, -1);
        const at = which % lines.length;
        const line = lines[at] ?? '';
        const changed = lines.toSpliced(at, 1, ...Array.from({ length: times }, () => line));
        expect(readBack(utf8(`${changed.join('\n')}\n`), 900).ok).toBe(false);
      }),
    );
  });

  it('of another version says so, and one of another person than it claims is none', () => {
    const newer = utf8('{"backup":2,"anything":true}\n');
    expect(readBack(newer, 100)).toEqual({ ok: false, code: 'wrong-version' });
    const other: BackupRecord = { is: 'root', root: new Uint8Array(32) };
    expect(readBack(written([...opening().slice(0, 1), other]), 100).ok).toBe(false);
    expect(readBack(written(opening().slice(0, 1)), 100).ok).toBe(false);
    expect(readBack(utf8(`{"backup":1,"a":"${'a'.repeat(17_000_000)}`), 1_000_000).ok).toBe(false);
    expect(readBack(new Uint8Array([255, 10]), 100).ok).toBe(false);
  });
});

it('a line that is none is refused', () => {
  const _id = documentId('d', new Uint8Array(32));
  const good = { _id, _rev: revisionOf(_id), v: 1 };
  const code = (json: unknown) => {
    const decoded = decodeBackupLine(JSON.stringify(json));
    return decoded.ok ? 'fine' : decoded.code;
  };
  expect(code({ document: good })).toBe('fine');
  for (const document of [
    null,
    { ...good, _rev: '2-00' },
    { ...good, _id: '_design/x' },
    { ...good, _id: 5 },
    { ...good, _attachments: {} },
  ]) {
    expect(code({ document })).toBe('malformed');
  }
  for (const json of [
    null,
    {},
    [],
    { entry: '', value: 1 },
    { space: 'x', title: '', kind: '' },
    { root: 'AA' },
    { root: 5 },
    { root: '*' },
    { backup: 1, number: -1, made: 1, address: 'x' },
    { end: 1, sha256: 'AB' },
  ]) {
    expect(code(json)).not.toBe('fine');
  }
  expect(decodeBackupLine('{').ok).toBe(false);
  expect(backupLine({ is: 'end', records: 1, sha256: 'x' })).toBe('{"end":1,"sha256":"x"}');
});
