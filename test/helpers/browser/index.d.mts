import type { BrowserContext, Locator, Page } from 'playwright';
import type { TorClient, TorNetwork } from '../tor-network/index.d.mts';

export type Mode =
  /** As Tor Browser is: all windows private, its prefs, all traffic through the client's SOCKS port. */
  | 'private'
  /** As plain Firefox is: no proxy; the host starts its own tor, which joins the private network if one is given. */
  | 'ordinary';

/** Runs in the browser's own scope, where a person's clicks on menus and buttons arrive. */
export interface Chrome {
  /** `body` is the body of an async function over `args`; what it returns must be JSON. */
  readonly run: (body: string, ...args: unknown[]) => Promise<unknown>;
}

export interface ToolbarButton {
  title: string;
  badge: string;
}

export interface BrowserWindow {
  /** Network25's button as the window shows it now, for the tab in front. */
  readonly button: () => Promise<ToolbarButton>;
  /** Picks an item of the page's context menu, which must be opening, by its label. */
  readonly chooseInContextMenu: (label: string) => Promise<void>;
  /** Whether the add-on's popup hangs below its button, and what it shows. */
  readonly addonPopup: () => Promise<{ open: boolean; url?: string }>;
  readonly closeAddonPopup: () => Promise<void>;
  /** A picture of the whole window, PNG in base64. */
  readonly picture: () => Promise<string>;
}

export interface Person {
  readonly name: string;
  readonly mode: Mode;
  readonly folders: { home: string; profile: string; data: string; downloads: string };
  /** The add-on's pages are below `moz-extension://<uuid>/`. */
  readonly uuid: string;
  /** These three are others after a restart. */
  readonly context: BrowserContext;
  readonly chrome: Chrome;
  readonly window: BrowserWindow;
  /** Opens a page of the add-on's in a tab, by its path. */
  readonly addonPage: (path: string) => Promise<Page>;
  /** Opens the add-on's main page in a tab, `#feed` and the like. */
  readonly popup: (hash?: string) => Promise<Page>;
  /** Opens the settings in a tab: identity, friends, connection, storage, about. */
  readonly options: (section?: string) => Promise<Page>;
  /** Opens any address in a tab. */
  readonly visit: (url: string) => Promise<Page>;
  /** A real right-click, and a choice from the browser's own menu. */
  readonly rightClick: (target: Locator, label: string) => Promise<void>;
  /** Both write `<artifacts>/<file>.png` and tell its path. */
  readonly screenshot: (page: Page, file: string) => Promise<string>;
  readonly screenshotOfWindow: (file: string) => Promise<string>;
  /** Closes the browser, does what is to be done meanwhile, and starts it again on the same folders. */
  readonly restart: (whileAway?: () => Promise<void>) => Promise<void>;
  /** The host as a service, in the same folders. Resolves once it serves: not before the browser is closed. */
  readonly service: () => Promise<{ readonly close: () => Promise<void> }>;
  readonly close: () => Promise<void>;
}

export interface PersonOptions {
  readonly name: string;
  /** The person's folders are made in here, under their name. */
  readonly folder: string;
  readonly mode: Mode;
  /** Whose tor an `ordinary` person's own tor joins. */
  readonly network?: TorNetwork;
  /** The Tor of a `private` person's browser. */
  readonly client?: TorClient;
  /** Where screenshots go; the person's folder unless told. */
  readonly artifacts?: string;
  readonly headless?: boolean;
  /** Without: no host is registered. */
  readonly host?: boolean;
  /** Without: the browser as it is before Network25 is installed. */
  readonly addon?: boolean;
  /** Without: private windows and .onion sites are not allowed to the add-on yet. */
  readonly allowed?: boolean;
  /** Other prefs, environment (`undefined` takes a variable away), build or page address than the usual ones. */
  readonly prefs?: Record<string, string | number | boolean>;
  readonly environment?: Record<string, string | undefined>;
  readonly dist?: string;
  readonly uuid?: string;
}

/**
 * Starts a person's browser with the built add-on (`npm run build` first) in folders of their own, so
 * that no real profile, registration or Tor is touched. Starting again on the same folder goes on with
 * what was there. Works as plain JavaScript in Node 20; needs Firefox ESR and playwright.
 */
export function startPerson(options: PersonOptions): Promise<Person>;

/** Where Firefox is: `$FIREFOX`, else the usual places. */
export function findFirefox(): string | undefined;

/** The build that is tested: `$NETWORK25_DIST`, else `dist`. */
export function distFolder(): string;

export interface OnionRequestSeen {
  readonly url: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Record<string, string>;
}

/**
 * Writes down what this browser, its pages and its add-ons send to onions, with the headers as they left.
 * The function it gives tells what has ended so far, answered or not. Ends with the browser.
 */
export function watchOnionRequests(person: Person): Promise<() => Promise<OnionRequestSeen[]>>;
