import * as v from 'valibot';
import { nameField, onionAddressField, textField } from '../fields.ts';
import { limits } from '../limits.ts';
import { noArguments } from './arguments.ts';

/** Who the person is, to others. */
export const profileCalls = {
  myProfile: noArguments,
  saveProfile: v.strictObject({
    name: nameField,
    about: textField(limits.aboutCharacters),
    interests: v.pipe(
      v.array(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(limits.interestCharacters))),
      v.maxLength(limits.interests),
    ),
    /** Addresses of the friends one chooses to show to everybody. */
    shownFriends: v.pipe(v.array(onionAddressField), v.maxLength(limits.shownFriends)),
  }),
  myKeys: noArguments,
} as const;

export interface ProfileResults {
  myProfile: ProfileView;
  saveProfile: null;
  myKeys: { address: string; keys: KeyView[] };
}

export interface ProfileView {
  address: string;
  name: string;
  about: string;
  interests: string[];
  shownFriends: { address: string; petname: string }[];
}

export interface KeyView {
  use: 'identity' | 'device' | 'encryption';
  algorithm: 'Ed25519' | 'X25519';
  /** Hex, in groups of four for the eye. */
  value: string;
}
