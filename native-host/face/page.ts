import type { StoredDocument } from '../../src/domain/document/envelope.ts';
import type { Profile } from '../../src/domain/types/profile.ts';
import { isoTime, readableTime } from './dates.ts';
import { markup, Markup } from './markup.ts';
import { portrait } from './portrait.ts';
import type { PublicPost } from './public-posts.ts';
import { style } from './style.ts';
import { words } from './words.ts';

export interface PageContent {
  readonly profile: Profile;
  /** The signed key bundle, for those who have Network25. */
  readonly bundle: StoredDocument;
  readonly posts: readonly PublicPost[];
  /** Where the next page begins, if there is one. */
  readonly older: string | undefined;
  readonly isFirst: boolean;
}

/** The page for a visitor with nothing but Tor Browser: no script, nothing fetched, every text escaped. */
export function renderPage(content: PageContent): string {
  const { profile, bundle } = content;
  const page = markup`<!doctype html>
<html lang="${words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${words.profileOf(profile.name)}</title>
<link rel="alternate" type="application/atom+xml" title="${words.feed}" href="/feed.atom">
<link rel="network25" href="${bundleLink(bundle)}">
<style>${Markup.trusted(style)}</style>
</head>
<body>
<main>
${whoTheyAre(profile)}
${theirPosts(content)}
</main>
<footer>
<p>${words.served}</p>
<p>${words.join}</p>
</footer>
</body>
</html>
`;
  return page.text;
}

/** What the add-on of a visitor reads, and checks against the address in its own address bar. */
function bundleLink(bundle: StoredDocument): string {
  const encoded = Buffer.from(JSON.stringify(bundle)).toString('base64');
  return `data:application/json;base64,${encoded}`;
}

function whoTheyAre(profile: Profile): Markup {
  const { name, about, interests, onionAddress, publicKey } = profile;
  const aboutThem = about.trim()
    ? markup`<p class="words about" dir="auto">${about}</p>`
    : undefined;
  const items = interests.map((interest) => markup`<li dir="auto">${interest}</li>`);
  return markup`<header>${portrait(publicKey)}<div>
<h1><bdi>${name}</bdi></h1>
<p class="address">${onionAddress}</p>
</div></header>
${aboutThem}${section(words.interests, items)}${section(words.friends, friendsShown(profile))}`;
}

function friendsShown({ shownFriends }: Profile): Markup[] {
  return shownFriends.map(
    ({ address, name }) =>
      markup`<li><a href="http://${address}/" rel="noreferrer"><bdi>${name}</bdi></a></li>`,
  );
}

function section(title: string, items: readonly Markup[]): Markup | undefined {
  if (items.length === 0) return undefined;
  return markup`<h2>${title}</h2><ul>${items}</ul>`;
}

function theirPosts({ posts, older, isFirst }: PageContent): Markup {
  const articles = posts.map(onePost);
  const empty = posts.length === 0 ? markup`<p>${words.nothingYet}</p>` : undefined;
  const newest = isFirst ? undefined : markup`<a href="/">${words.newest}</a>`;
  const next =
    older === undefined
      ? undefined
      : markup`<a href="/?from=${older}" rel="next">${words.older}</a>`;
  const pages =
    (newest ?? next) ? markup`<nav aria-label="${words.pages}">${newest}${next}</nav>` : undefined;
  return markup`<h2>${words.posts}</h2>${articles}${empty}${pages}`;
}

function onePost({ id, time, text }: PublicPost): Markup {
  const body =
    text === undefined
      ? markup`<p class="erased">${words.erased}</p>`
      : markup`<p class="words" dir="auto">${text}</p>`;
  const when = markup`<time datetime="${isoTime(time)}">${readableTime(time, words.dates)}</time>`;
  return markup`<article id="${id}">${when}${body}</article>`;
}
