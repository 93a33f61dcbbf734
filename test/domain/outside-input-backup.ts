import * as fc from 'fast-check';
import { makeHeader, readHeader } from '../../src/domain/age/header.ts';
import {
  openWithKey,
  openWithPassphrase,
  readPassphraseLock,
  sealToKey,
  sealToPassphrase,
} from '../../src/domain/age/recipients.ts';
import { backupLine, decodeBackupLine } from '../../src/domain/backup/record.ts';
import { utf8 } from '../../src/domain/bytes.ts';
import { documentId, revisionOf } from '../../src/domain/document/id.ts';
import { identityFromRoot } from '../../src/domain/identity.ts';
import { accept, type Result } from '../../src/domain/result.ts';
import { x25519PublicKey } from '../../src/domain/sodium.ts';
import { spaceNameOf } from '../../src/domain/space/name.ts';
import { bytesLike, way, type Way } from './outside-input.ts';
import { must, seeded } from './people.ts';

const random = seeded('outside backup');
const [fileKey, secretKey, stretched] = [random(16), random(32), random(32)];
const lock = { salt: utf8(`age-encryption.org/v1/scrypt${'s'.repeat(16)}`), logN: 10 };
const byKey = makeHeader([sealToKey(fileKey, x25519PublicKey(secretKey), random)], fileKey);
const byPassphrase = makeHeader([sealToPassphrase(fileKey, lock, stretched)], fileKey);

/** Nothing yet is an answer, too. */
const orNothing = (answer: Result<unknown> | undefined): Result<unknown> => answer ?? accept(null);

function onHeader(
  bytes: Uint8Array,
  read: (header: ReturnType<typeof headerOf>) => Result<unknown> | undefined,
): Result<unknown> {
  const header = readHeader(bytes);
  return orNothing(header?.ok === true ? read(header.value) : header);
}
const headerOf = (bytes: Uint8Array) => must(readHeader(bytes) ?? { ok: false, code: 'malformed' });

const _id = documentId('d', random(32));
const lines = [
  backupLine({ is: 'header', number: 1, made: 5, address: identityFromRoot(random(32)).address }),
  backupLine({ is: 'root', root: random(32) }),
  backupLine({ is: 'entry', name: 'friend/x', value: { petname: 'Bob' } }),
  backupLine({ is: 'space', name: spaceNameOf(random(32)), title: 'A blog', kind: 'blog' }),
  backupLine({ is: 'document', document: { _id, _rev: revisionOf(_id) } }),
  backupLine({ is: 'end', records: 5, sha256: '0'.repeat(64) }),
];

const aLine = fc
  .tuple(fc.constantFrom(...lines), fc.nat(), fc.string({ maxLength: 3 }), fc.nat(3))
  .map(([line, at, by, length]) => {
    const place = at % line.length;
    return line.slice(0, place) + by + line.slice(place + length);
  });

export const backupWays: readonly Way[] = [
  way('age/header.ts#readHeader', bytesLike(byKey), (bytes) => orNothing(readHeader(bytes))),
  way('age/recipients.ts#readPassphraseLock', bytesLike(byPassphrase), (bytes) =>
    onHeader(bytes, readPassphraseLock),
  ),
  way('age/recipients.ts#openWithKey', bytesLike(byKey), (bytes) =>
    onHeader(bytes, (header) => openWithKey(header, secretKey)),
  ),
  way('age/recipients.ts#openWithPassphrase', bytesLike(byPassphrase), (bytes) =>
    onHeader(bytes, (header) => openWithPassphrase(header, stretched)),
  ),
  way('backup/record.ts#decodeBackupLine', fc.oneof(aLine, fc.constantFrom(...lines)), (line) =>
    decodeBackupLine(line),
  ),
];
