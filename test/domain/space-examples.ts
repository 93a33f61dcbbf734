import { encodeBody } from '../../src/domain/document/body-content.ts';
import { makeBody } from '../../src/domain/document/body.ts';
import { encodeInner } from '../../src/domain/forum/inner.ts';
import { logKeyFrom, sealForLog } from '../../src/domain/forum/log-key.ts';
import { sealBody } from '../../src/domain/forum/sealed-body.ts';
import { identityFromRoot } from '../../src/domain/identity.ts';
import { makeGenesis } from '../../src/domain/membership/make.ts';
import { encodeCharter } from '../../src/domain/space/charter-bytes.ts';
import { newSpace } from '../../src/domain/space/charter.ts';
import { encodeInvitation } from '../../src/domain/space/invitation.ts';
import type { Random } from '../../src/domain/sodium.ts';
import { must } from './people.ts';

/** The worked examples of spaces with members and of what is written in them. */

type Lines = readonly (readonly [label: string, value: string | Uint8Array])[];

function counting(first: number): Random {
  let next = first;
  return (length) => Uint8Array.from({ length }, () => next++ & 0xff);
}

const alice = identityFromRoot(counting(0x00)(32));

const forum = must(
  newSpace(
    {
      kind: 'private-forum',
      owner: alice.publicKey,
      title: 'Plot',
      rule: 'two-thirds',
      dormancy: true,
      mode: 'history',
    },
    counting(0x60),
  ),
);

function invitationLines(): Lines {
  const logKey = counting(0xa0)(32);
  const anchor = counting(0xc0)(32);
  return [
    ['charter', encodeCharter(forum.charter)],
    ['name', forum.name],
    ['invitation', encodeInvitation({ space: forum, logKeys: [logKey], anchor, snapshot: null })],
  ];
}

const logKey = logKeyFrom(counting(0xa0)(32), forum.id);

function logLines(): Lines {
  const document = makeGenesis(alice, forum.id, [alice.publicKey]);
  const inner = encodeInner({ document });
  const sealed = sealForLog(logKey, forum.id, inner, counting(0xc0));
  return [
    ['log key', logKey.secret],
    ['hint', logKey.gate.hint],
    ['gate key', logKey.gate.key],
    ['inner', inner],
    ['c', sealed.ciphertext],
    ['g', sealed.gate],
    ['_id', sealed.id],
  ];
}

function sealedBodyLines(): Lines {
  const body = must(
    makeBody(forum.id, { text: 'Hello, all', mentions: [], files: [] }, counting(0xc0)),
  );
  const place = { spaceId: forum.id, gate: logKey.gate };
  const sealed = sealBody(body, place, counting(0xe0));
  return [
    ['body', encodeBody(counting(0xc0)(32), body)],
    ['k', sealed.place.key],
    ['c', sealed.document.ciphertext],
    ['i', sealed.place.hash],
  ];
}

export const spaceExamples: Readonly<Record<string, Lines>> = {
  invitation: invitationLines(),
  log: logLines(),
  'sealed-body': sealedBodyLines(),
};
