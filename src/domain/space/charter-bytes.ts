import { decodeCbor, encodeCbor } from '../cbor.ts';
import { bytesOf, decodeFields, isHash, isMap, isTruth, oneOf, textOf } from '../fields.ts';
import { limits } from '../limits.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Charter } from './charter-content.ts';

export const saltBytes = 16;
export const sealedSaltBytes = 32;

const kinds = [
  'profile',
  'inbox',
  'blog',
  'public-forum',
  'project-blog',
  'private-forum',
  'restricted-blog',
  'friends-feed',
  'private-blog',
  'list',
] as const satisfies readonly Charter['kind'][];

const isKind = oneOf(...kinds);

/** CBOR `{k, o}`, and as its kind has them: `t`, `s`, `q`, `z`, `w`, `m`. */
export function encodeCharter(charter: Charter): Uint8Array {
  return encodeCbor({
    k: charter.kind,
    o: charter.owner,
    ...('title' in charter ? { t: charter.title, s: charter.salt } : {}),
    ...('rule' in charter ? { q: charter.rule, z: charter.dormancy } : {}),
    ...('writers' in charter ? { w: charter.writers } : {}),
    ...('mode' in charter ? { m: charter.mode } : {}),
  });
}

export function decodeCharter(bytes: Uint8Array): Result<Charter> {
  const cbor = decodeCbor(bytes);
  if (!cbor.ok) return cbor;
  return isMap(cbor.value) ? decodeKind(cbor.value) : refuse('malformed');
}

const isTitle = textOf(limits.titleCharacters);
const open = { o: isHash, t: isTitle, s: bytesOf(saltBytes) };
const sealed = {
  o: isHash,
  t: isTitle,
  s: bytesOf(sealedSaltBytes),
  m: oneOf('history', 'ephemeral'),
};
const voted = { q: oneOf('majority', 'two-thirds'), z: isTruth };

function decodeKind(value: Readonly<Record<string, unknown>>): Result<Charter> {
  const { k: kind, ...rest } = value;
  if (!isKind(kind)) return refuse('malformed');
  switch (kind) {
    case 'profile':
    case 'inbox':
      return map(decodeFields(rest, { o: isHash }), ({ o: owner }) => ({ kind, owner }));
    case 'blog':
    case 'public-forum':
      return map(decodeFields(rest, open), (fields) => ({ kind, ...titled(fields) }));
    case 'project-blog':
      return map(decodeFields(rest, { ...open, ...voted }), (fields) => ({
        kind,
        ...titled(fields),
        rule: fields.q,
        dormancy: fields.z,
      }));
    case 'private-forum':
    case 'restricted-blog':
      return map(decodeFields(rest, { ...sealed, ...voted }), (fields) => ({
        kind,
        ...titled(fields),
        rule: fields.q,
        dormancy: fields.z,
        mode: fields.m,
      }));
    case 'friends-feed':
    case 'private-blog':
    case 'list':
      return map(decodeFields(rest, { ...sealed, w: oneOf('owner', 'members') }), (fields) => ({
        kind,
        ...titled(fields),
        writers: fields.w,
        mode: fields.m,
      }));
  }
}

function titled({
  o,
  t,
  s,
}: {
  readonly o: Uint8Array;
  readonly t: string;
  readonly s: Uint8Array;
}) {
  return { owner: o, title: t, salt: s };
}

function map<T>(decoded: Result<T>, make: (value: T) => Charter): Result<Charter> {
  return decoded.ok ? accept(make(decoded.value)) : decoded;
}
