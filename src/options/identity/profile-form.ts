import type { PageCallArguments, ProfileView } from '../../protocol/page-calls.ts';
import { limits } from '../../protocol/limits.ts';

export interface ProfileForm {
  name: string;
  about: string;
  /** As typed: separated by commas. */
  interests: string;
  shown: readonly string[];
}

export function formOf(profile: ProfileView): ProfileForm {
  return {
    name: profile.name,
    about: profile.about,
    interests: profile.interests.join(', '),
    shown: profile.shownFriends.map((friend) => friend.address),
  };
}

/** Interests as a list: each once, without the blanks around them. */
export function interestsOf(text: string): string[] {
  const all = text.split(',').map((interest) => interest.trim());
  return [...new Set(all.filter((interest) => interest !== ''))];
}

export function interestsFit(text: string): boolean {
  const interests = interestsOf(text);
  return (
    interests.length <= limits.interests &&
    interests.every((interest) => interest.length <= limits.interestCharacters)
  );
}

export function profileOf(form: ProfileForm): PageCallArguments<'saveProfile'> {
  return {
    name: form.name.trim(),
    about: form.about.trim(),
    interests: interestsOf(form.interests),
    shownFriends: [...form.shown],
  };
}
