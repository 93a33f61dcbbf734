import browser from 'webextension-polyfill';
import { pagePortName } from '../../protocol/page-calls.ts';
import type { PageEvent, PageReply } from '../../protocol/page-calls.ts';
import type { OpenChannel } from '../client/channel.ts';
import { createClient } from '../client/client.ts';

const openPort: OpenChannel = (listener) => {
  const port = browser.runtime.connect({ name: pagePortName });
  port.onMessage.addListener((message: unknown) => {
    // Only our own background script can be at the other end of this port.
    listener.onMessage(message as PageReply | PageEvent);
  });
  port.onDisconnect.addListener(() => listener.onClosed());
  return {
    send: (request) => port.postMessage(request),
    close: () => port.disconnect(),
  };
};

/** This page's client. There is one page, so there is one. */
export const client = createClient(openPort);
