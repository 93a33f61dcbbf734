import * as v from 'valibot';
import { codes } from './codes.ts';
import { limits } from './limits.ts';

/** `<56 base32 characters>.onion`, lower case. Whether its checksum holds is the domain's to say. */
export const onionAddressField = v.pipe(v.string(), v.regex(/^[a-z2-7]{56}\.onion$/));

/** The wire name of a space, or one of the host's owner-only databases. */
export const databaseNameField = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_$()+-]{0,127}$/));

/** Whether it decodes is the domain's to say. */
export const spaceNameField = v.pipe(v.string(), v.regex(/^s[a-z2-7]{52}$/));

export const titleField = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1),
  v.maxLength(limits.titleCharacters),
);

/** The `_id` of a document. */
export const documentIdField = v.pipe(v.string(), v.regex(/^[dbef][a-z2-7]{52}$/));

/** 32 bytes as unpadded base64url. */
export const hash32Field = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));

export const codeField = v.picklist(codes);

export const requestIdField = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Text of at most `most` characters (UTF-16 units). */
export const textField = (most: number) => v.pipe(v.string(), v.maxLength(most));

export const nameField = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1),
  v.maxLength(limits.nameCharacters),
);
