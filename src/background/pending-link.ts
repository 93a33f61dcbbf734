import * as v from 'valibot';
import browser, { type Menus, type Runtime } from 'webextension-polyfill';
import { findAddressInLink } from '../domain/address.ts';
import { openBundleLink } from '../domain/types/bundle-link.ts';
import { contentReportSchema } from '../protocol/content-messages.ts';

const menuId = 'add-friend';
const popupPage = 'popup/popup.html';
const addPage = `${popupPage}#add/pending`;

/**
 * Somebody to look at: an .onion link that was right-clicked, or the Network25 person whose page is in
 * a tab. It is offered until it is dealt with: a popup closes at the first click beside it, and with it
 * what it was showing. Nothing is asked of the network before the person says so; their click on "Add
 * friend" does.
 */
export class PendingLink {
  #clicked: string | undefined;
  readonly #pages = new Map<number, string>();
  #activeTab: number | undefined;
  /** The tab that was in front before it. */
  #tabBefore: number | undefined;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Whether there is somebody to offer now. */
  get waiting(): boolean {
    return this.link() !== undefined;
  }

  /** Call in the first turn of the background script. */
  listen(): void {
    browser.runtime.onInstalled.addListener(() => void this.#createMenu());
    browser.runtime.onStartup.addListener(() => void this.#createMenu());
    browser.menus.onClicked.addListener((info) => void this.#onClicked(info));
    browser.tabs.onActivated.addListener(({ tabId }) => {
      this.#tabBefore = this.#activeTab;
      this.#activeTab = tabId;
      this.#changed();
    });
    browser.tabs.onRemoved.addListener((tabId) => this.#leave(tabId));
    browser.tabs.onUpdated.addListener((tabId, change) => {
      if (change.status === 'loading') this.#leave(tabId);
    });
  }

  /**
   * A content script says that its page carries a key bundle. The address is the sender's own, and the
   * bundle must be signed by it: a page can offer nobody but itself.
   */
  report(message: unknown, sender: Runtime.MessageSender): void {
    const decoded = v.safeParse(contentReportSchema, message);
    const tab = sender.tab?.id;
    if (!decoded.success || tab === undefined || sender.id !== browser.runtime.id) return;
    const address = findAddressInLink(sender.url ?? '');
    if (!address.ok || !openBundleLink(decoded.output.href, address.value).ok) return;
    this.#pages.set(tab, address.value);
    if (sender.tab?.active === true) this.#activeTab = tab;
    void this.#mark(tab, true);
    this.#changed();
  }

  /** A page of ours opened in a tab: what it may offer is whom the person was just looking at. */
  ownPageOpened(tab: number | undefined): void {
    if (tab === undefined || tab !== this.#activeTab) return;
    this.#activeTab = this.#tabBefore;
    this.#changed();
  }

  /** The person has dealt with it: they asked, or looked for someone else. */
  drop(): void {
    if (this.#clicked !== undefined) this.#clicked = undefined;
    else if (this.#activeTab !== undefined) this.#leave(this.#activeTab);
    this.#changed();
  }

  /** The link or address to look at. */
  link(): string | undefined {
    if (this.#clicked !== undefined) return this.#clicked;
    return this.#activeTab === undefined ? undefined : this.#pages.get(this.#activeTab);
  }

  async #createMenu(): Promise<void> {
    await browser.menus.removeAll();
    browser.menus.create({
      id: menuId,
      title: browser.i18n.getMessage('menu_add_friend'),
      contexts: ['link'],
      targetUrlPatterns: ['*://*.onion/*'],
    });
  }

  async #onClicked(info: Menus.OnClickData): Promise<void> {
    if (info.menuItemId !== menuId || info.linkUrl === undefined) return;
    this.#clicked = info.linkUrl;
    this.#changed();
    // A menu click lets us open the popup, in this very turn: so the page it shows is set and not awaited.
    const prepared = browser.action.setPopup({ popup: addPage });
    try {
      await browser.action.openPopup();
    } catch {
      await browser.tabs.create({ url: addPage });
    }
    await prepared;
    await browser.action.setPopup({ popup: popupPage });
  }

  #leave(tab: number): void {
    if (!this.#pages.delete(tab)) return;
    void this.#mark(tab, false);
    this.#changed();
  }

  /** The toolbar button says that this tab shows a Network25 person. */
  async #mark(tab: number, there: boolean): Promise<void> {
    const key = there ? 'button_person_here' : 'ext_name';
    const title = { tabId: tab, title: browser.i18n.getMessage(key) };
    // The tab may be gone by now.
    await browser.action.setTitle(title).catch(() => undefined);
    await browser.action
      .setBadgeText({ tabId: tab, text: there ? '+' : null })
      .catch(() => undefined);
  }
}
