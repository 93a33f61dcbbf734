/** Every text on the page that is not the person's own, in one place for translators. */
export const words = {
  language: 'en',
  /** How dates are written; `en` alone would be the American way. */
  dates: 'en-GB',
  profileOf: (name: string) => `${name} on Network25`,
  interests: 'Interests',
  friends: 'Friends',
  posts: 'Posts',
  nothingYet: 'Nothing has been posted yet.',
  erased: 'This post’s text is no longer here.',
  older: 'Older posts',
  newest: 'Newest posts',
  pages: 'More posts',
  feed: 'Atom feed',
  served:
    'This page comes straight from this person’s own computer, through Tor. There is no server in between, and when the computer is off, so is the page.',
  join: 'With Network25 in your browser you can add this person as a friend: the toolbar button shows it while you are here.',
} as const;
