/** What may wait to be looked at, in the order in which people want to know of it. */
export const newsKinds = ['messages', 'mentions', 'requests', 'asks', 'posts'] as const;
export type News = (typeof newsKinds)[number];

/** Something that waits, where it came: with a friend, in a space. What is muted is none. */
export interface Waiting {
  readonly kind: News;
  /** The page of the popup that shows it, as a fragment. */
  readonly page: string;
  /** Whom or what it is from, as the person calls it. */
  readonly name?: string;
  readonly count: number;
}

/** How much of each kind waited on each page when it was last looked at. */
export type Told = Readonly<Record<string, number>>;

export const toldOf = (waiting: readonly Waiting[]): Told =>
  Object.fromEntries(waiting.map((one) => [keyOf(one), one.count]));

const keyOf = ({ kind, page }: Waiting): string => `${kind} ${page}`;

/**
 * What has come since. Nothing the first time: what waited when the browser started is told by the button.
 *
 * @param now once a page that is being read had the time to count it as read
 */
export function newsSince(before: Told | undefined, now: readonly Waiting[]): readonly Waiting[] {
  if (before === undefined) return [];
  const more = now.filter((one) => one.count > (before[keyOf(one)] ?? 0));
  return more.toSorted((a, b) => newsKinds.indexOf(a.kind) - newsKinds.indexOf(b.kind));
}

const listOf: Record<News, string> = {
  messages: '#friends',
  mentions: '#feed',
  requests: '#friends',
  asks: '#spaces',
  posts: '#feed',
};

/** Where a click leads: to the thing itself if it is one, else to the list that has all of it, or the most wanted. */
export function pageOf(news: readonly Waiting[]): string {
  const [first] = news;
  if (!first) return '#feed';
  return news.length === 1 ? first.page : listOf[first.kind];
}

/** More lines than that nobody reads. */
const mostNames = 3;

/** One line of a notification: a kind, or with `name` whom it is from. */
export interface NewsLine {
  readonly kind: News;
  readonly name?: string;
}

/**
 * What is told of it: of each kind once, however much it is. Never a word of what was written.
 *
 * @param named whether the person also wants to be told whom and what it is from
 */
export function linesOf(news: readonly Waiting[], named: boolean): readonly NewsLine[] {
  return newsKinds.flatMap((kind): NewsLine[] => {
    const some = news.filter((one) => one.kind === kind);
    const names = some.flatMap(({ name }) => name ?? []);
    const isShort = names.length === some.length && names.length <= mostNames;
    if (some.length === 0) return [];
    return named && isShort ? names.map((name) => ({ kind, name })) : [{ kind }];
  });
}
