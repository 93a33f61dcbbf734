import type { Page } from 'playwright';
import type { Person } from './index.d.mts';

/** First run to reachable: resolves with the address when friends can reach it. */
export function createIdentity(person: Person): Promise<string>;

/** First run on an open page, Tor or not: resolves when the feed is there. */
export function begin(page: Page, name: string): Promise<void>;

/** From two identities to two friends who know each other by their names. */
export function befriend(asking: Person, asked: Person, address: string): Promise<void>;

/** Switches the public page on. */
export function showPublicPage(person: Person): Promise<void>;

/** On the add page: fetches the profile behind the link and waits until it shows. */
export function lookUp(page: Page, link: string): Promise<void>;

/** On a profile found: gives the petname and sends the request. */
export function askToBeFriends(page: Page, petname: string, note: string): Promise<void>;

/** On the friends page: waits for the request of this person and accepts it. */
export function acceptRequest(page: Page, name: string): Promise<void>;

export function writePost(page: Page, text: string): Promise<void>;
export function seesPost(page: Page, text: string): Promise<void>;

/** From the friends page. */
export function openConversation(page: Page, petname: string): Promise<void>;
export function sendMessage(page: Page, petname: string, text: string): Promise<void>;
export function seesMessage(page: Page, text: string): Promise<void>;
