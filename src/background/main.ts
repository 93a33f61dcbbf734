import browser, { type Runtime } from 'webextension-polyfill';
import { App } from './app.ts';
import { pageHandlers } from './app/calls/handlers.ts';
import { onSecond } from './panic/twice.ts';
import { PageServer } from './pages/page-server.ts';
import { systemClock } from '../store/clock.ts';
import { listenForAlarms } from './wake-alarm.ts';
import { listenForNotificationClicks } from './notifier.ts';
import { PendingLink } from './pending-link.ts';

/*
 * The composition root. Every listener is registered in this first turn: the browser may have started
 * this page just to deliver an event, and delivers only to who is listening by then.
 */
let ready: () => void = () => undefined;
const started = new Promise<void>((resolve) => {
  ready = resolve;
});

const pages = new PageServer(started.then(() => pageHandlers(app.calls, app.person)));
const pending = new PendingLink(() => app.changed('state'));
const app = new App(pages, pending);

app.route.listen();
listenForAlarms();
listenForNotificationClicks();
pending.listen();
const pressed = onSecond(systemClock, () => void app.eraseEverything().catch(reportError));
browser.commands.onCommand.addListener((command) => {
  if (command === 'erase-everything') pressed();
});
browser.runtime.onConnect.addListener((port) => {
  pages.connect(port);
  pending.ownPageOpened(port.sender?.tab?.id);
});
browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
  pending.report(message, sender);
  return undefined;
});
browser.permissions.onAdded.addListener(() => {
  listenForNotificationClicks();
  void app.permissionsChanged();
});
browser.permissions.onRemoved.addListener(() => void app.permissionsChanged());

void app.start().finally(ready);
