import browser from 'webextension-polyfill';
import { newsSince, type News, type Waiting } from './news.ts';

/** One at a time: what comes next takes its place. */
const notificationId = 'network25-news';

/** A page that shows what came counts it as read after a second; then nobody needs to be told. */
const patience = 2_500;

const words: Record<News, string> = {
  messages: 'news_messages',
  requests: 'news_requests',
  posts: 'news_posts',
};

/**
 * Tells by the system's notifications that something has come, without a name or a word of it: the system
 * may keep them, and others may see the screen. Only if the person has chosen so.
 */
export class Notifier {
  #told: Waiting | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param waiting asked again when it is time to tell; `undefined` while there is nobody to tell */
  look(waiting: () => { readonly now: Waiting; readonly wanted: boolean } | undefined): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const found = waiting();
      if (found === undefined) return;
      const news = newsSince(this.#told, found.now);
      this.#told = found.now;
      if (found.wanted && news.length > 0) void tell(news);
    }, patience);
  }
}

/** A click leads to what came. To be called again when a permission was given: without it there is nothing to listen to. */
export function listenForNotificationClicks(): void {
  // The property is there before the permission is, and holds nothing.
  const api = browser.notifications as typeof browser.notifications | undefined;
  // The same function is listened to once, however often it is added.
  api?.onClicked.addListener(clicked);
}

function clicked(id: string): void {
  if (id !== notificationId) return;
  void browser.notifications.clear(id);
  void browser.tabs.create({ url: browser.runtime.getURL('popup/popup.html') });
}

async function tell(news: readonly News[]): Promise<void> {
  if (!(await browser.permissions.contains({ permissions: ['notifications'] }))) return;
  await browser.notifications.create(notificationId, {
    type: 'basic',
    iconUrl: browser.runtime.getURL('icons/network25-128.png'),
    title: browser.i18n.getMessage('ext_name'),
    message: news.map((kind) => browser.i18n.getMessage(words[kind])).join('\n'),
  });
}
