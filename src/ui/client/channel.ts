import type { PageEvent, PageReply, PageRequest } from '../../protocol/page-calls.ts';

/** One open line to the background script. Once `onClosed` has been called nothing more comes. */
export interface Channel {
  send(request: PageRequest): void;
  close(): void;
}

export interface ChannelListener {
  onMessage(message: PageReply | PageEvent): void;
  onClosed(): void;
}

/** Opens a line; a line that cannot be opened reports `onClosed`. */
export type OpenChannel = (listener: ChannelListener) => Channel;
