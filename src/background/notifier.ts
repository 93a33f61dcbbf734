import * as v from 'valibot';
import browser from 'webextension-polyfill';
import type { NewsChoice } from '../protocol/page-calls.ts';
import { linesOf, type News, newsSince, pageOf, toldOf, type Told, type Waiting } from './news.ts';

/** One at a time: what comes next takes its place. It says nothing, since the system learns it. */
const notificationId = 'network25-news';

/** A page that shows what came counts it as read after a second; then nobody needs to be told. */
const patience = 2_500;

/** In the browser's session storage, in memory: the browser may end the background between two looks. */
const toldKey = 'news/told';
const pageKey = 'news/page';
const toldSchema = v.record(v.string(), v.number());

const words: Record<News, string> = {
  messages: 'news_messages',
  mentions: 'news_mentions',
  requests: 'news_requests',
  asks: 'news_asks',
  posts: 'news_posts',
};

const namedWords: Record<News, string> = {
  messages: 'news_messages_from',
  mentions: 'news_mentions_in',
  requests: 'news_requests_from',
  asks: 'news_asks_from',
  posts: 'news_posts_in',
};

/**
 * Tells by the system's notifications that something has come, once for all that comes together and without a
 * word of it: the system may keep them, and others may see the screen. Only if the person has chosen so.
 */
export class Notifier {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param waiting asked again when it is time to tell; `undefined` while there is nobody to tell */
  look(
    waiting: () => { readonly now: readonly Waiting[]; readonly wanted: NewsChoice } | undefined,
  ): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const found = waiting();
      if (found) compare(found.now, found.wanted).catch(reportError);
    }, patience);
  }

  /** Nothing is left of whom and what it was about, on the screen or in the browser's memory. */
  async forget(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await browser.storage.session.remove([toldKey, pageKey]);
    const api = browser.notifications as typeof browser.notifications | undefined;
    await api?.clear(notificationId);
  }
}

async function compare(now: readonly Waiting[], wanted: NewsChoice): Promise<void> {
  const news = newsSince(await toldBefore(), now);
  await browser.storage.session.set({ [toldKey]: toldOf(now) });
  if (wanted !== 'off' && news.length > 0) await tell(news, wanted === 'named');
}

async function toldBefore(): Promise<Told | undefined> {
  const stored = await browser.storage.session.get(toldKey);
  const told = v.safeParse(toldSchema, stored[toldKey]);
  return told.success ? told.output : undefined;
}

/** A click leads to what came. To be called again when a permission was given: without it there is nothing to listen to. */
export function listenForNotificationClicks(): void {
  // The property is there before the permission is, and holds nothing.
  const api = browser.notifications as typeof browser.notifications | undefined;
  // The same function is listened to once, however often it is added.
  api?.onClicked.addListener(clicked);
}

function clicked(id: string): void {
  if (id === notificationId) void open().catch(reportError);
}

async function open(): Promise<void> {
  await browser.notifications.clear(notificationId);
  const stored = await browser.storage.session.get(pageKey);
  const page = stored[pageKey];
  const hash = typeof page === 'string' ? page : '';
  await browser.tabs.create({ url: browser.runtime.getURL(`popup/popup.html${hash}`) });
}

async function tell(news: readonly Waiting[], named: boolean): Promise<void> {
  if (!(await browser.permissions.contains({ permissions: ['notifications'] }))) return;
  await browser.storage.session.set({ [pageKey]: pageOf(news) });
  const lines = linesOf(news, named).map(({ kind, name }) =>
    name === undefined
      ? browser.i18n.getMessage(words[kind])
      : browser.i18n.getMessage(namedWords[kind], name),
  );
  await browser.notifications.create(notificationId, {
    type: 'basic',
    iconUrl: browser.runtime.getURL('icons/network25-128.png'),
    title: browser.i18n.getMessage('ext_name'),
    message: lines.join('\n'),
  });
}
