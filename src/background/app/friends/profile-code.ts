import type { Refusal } from '../../../domain/refusal.ts';
import type { Code } from '../../../protocol/codes.ts';

/** What a person is told of a profile that was refused with this. */
export function codeOfProfile(refusal: Refusal): Code {
  switch (refusal) {
    case 'no-bundle':
    case 'no-profile':
      return 'profile-missing';
    case 'wrong-version':
      return 'peer-newer-version';
    case 'bad-signature':
    case 'wrong-author':
    case 'wrong-owner':
    case 'wrong-signer':
    case 'wrong-id':
    case 'wrong-space':
      return 'profile-forged';
    default:
      return 'profile-malformed';
  }
}
