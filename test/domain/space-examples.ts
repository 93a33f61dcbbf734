import { identityFromRoot } from '../../src/domain/identity.ts';
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

export const spaceExamples: Readonly<Record<string, Lines>> = {
  invitation: invitationLines(),
};
