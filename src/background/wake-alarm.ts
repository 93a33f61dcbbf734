import browser from 'webextension-polyfill';

/** What we are to be woken for; each has a time of its own. */
type Purpose = 'sweep' | 'lock';

/** The browser starts us in so many milliseconds, should it have put us to sleep by then; instead of what was wanted before. */
export function wakeIn(milliseconds: number, name: Purpose = 'sweep'): void {
  void browser.alarms.create(name, { when: Date.now() + milliseconds });
}

/** It is enough that somebody listens: once started, we look for ourselves what is due. */
export function listenForAlarms(): void {
  browser.alarms.onAlarm.addListener(() => undefined);
}
