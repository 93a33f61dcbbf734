import type { Profile } from '../../src/domain/types/profile.ts';
import { isoTime } from './dates.ts';
import { markup, type Markup } from './markup.ts';
import type { PublicPost } from './public-posts.ts';
import { words } from './words.ts';

const titleCharacters = 80;
/** What people take for one character, which a title must not end in the middle of. */
const readers = new Intl.Segmenter(words.language, { granularity: 'grapheme' });

/** The newest posts as an Atom feed (RFC 4287). */
export function renderAtom(profile: Profile, posts: readonly PublicPost[]): string {
  const home = `http://${profile.onionAddress}/`;
  const updated = posts.reduce((latest, { time }) => Math.max(latest, time), 0);
  const feed = markup`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${home}feed.atom</id>
<title>${words.profileOf(profile.name)}</title>
<updated>${isoTime(updated)}</updated>
<author><name>${profile.name}</name><uri>${home}</uri></author>
<link rel="self" type="application/atom+xml" href="${home}feed.atom"/>
<link rel="alternate" type="text/html" href="${home}"/>
${posts.map((post) => entry(post, home))}
</feed>
`;
  return feed.text;
}

function entry({ id, time, text }: PublicPost, home: string): Markup {
  return markup`<entry>
<id>urn:network25:${id}</id>
<title>${titleOf(text)}</title>
<published>${isoTime(time)}</published>
<updated>${isoTime(time)}</updated>
<link rel="alternate" type="text/html" href="${home}?from=${id}#${id}"/>
<content type="text">${text ?? words.erased}</content>
</entry>
`;
}

/** Posts have no title; feed readers want one: the beginning of the first line. */
function titleOf(text: string | undefined): string {
  const [line = ''] = (text ?? words.erased).trim().split('\n', 1);
  const characters = Array.from(readers.segment(line), ({ segment }) => segment);
  return characters.length <= titleCharacters
    ? line
    : `${characters.slice(0, titleCharacters - 1).join('')}…`;
}
