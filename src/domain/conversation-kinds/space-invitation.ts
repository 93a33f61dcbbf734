import { bytesUpTo, decodeFields } from '../fields.ts';
import { defineKind } from './kind.ts';

/** A charter, 64 log keys of 34 bytes, and what is around them. */
const invitationBytes = 4_096;

/** They are in: what `encodeInvitation` makes. */
export const spaceInvitationKind = defineKind('space-invitation', (fields) =>
  decodeFields(fields, { invitation: bytesUpTo(invitationBytes) }),
);
