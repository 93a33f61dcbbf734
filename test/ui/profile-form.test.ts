import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { pageCalls } from '../../src/protocol/page-calls.ts';
import {
  formOf,
  interestsFit,
  interestsOf,
  profileOf,
} from '../../src/options/identity/profile-form.ts';

const profile = {
  address: '',
  name: 'Ada',
  about: 'Gardener',
  interests: ['gardens', 'slow food'],
  shownFriends: [{ address: `${'a'.repeat(56)}.onion`, petname: 'Bob' }],
};

describe('the profile form', () => {
  it('gives back an unchanged profile unchanged', () => {
    expect(profileOf(formOf(profile))).toEqual({
      name: 'Ada',
      about: 'Gardener',
      interests: ['gardens', 'slow food'],
      shownFriends: [`${'a'.repeat(56)}.onion`],
    });
  });

  it('says what the background accepts', () => {
    const form = { ...formOf(profile), name: '  Ada ', interests: ' , gardens,, gardens ,rivers,' };
    expect(v.safeParse(pageCalls.saveProfile, profileOf(form)).success).toBe(true);
  });

  it('reads interests between commas, each once', () => {
    expect(interestsOf(' , gardens,, gardens ,slow food,')).toEqual(['gardens', 'slow food']);
    expect(interestsOf('')).toEqual([]);
  });

  it('says when there are too many, or one is too long', () => {
    expect(interestsFit('gardens, rivers')).toBe(true);
    expect(interestsFit('x'.repeat(41))).toBe(false);
    expect(interestsFit(Array.from({ length: 31 }, (_, index) => `i${index}`).join(','))).toBe(
      false,
    );
  });
});
