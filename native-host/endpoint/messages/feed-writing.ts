/** How a feed writes what happens while it stays open. */
export interface FeedWriting {
  readonly type: string;
  /** One thing that happened, with its number. */
  row(value: object, sequence: string): string;
  /** A sign of life. */
  readonly sign: string;
  /** The last of it, where the other end is told. */
  end(value: object): string;
}

/** `feed=continuous`: a line of JSON for each. */
export const inLines: FeedWriting = {
  type: 'application/json',
  row: (value) => `${JSON.stringify(value)}\n`,
  sign: '\n',
  end: (value) => `${JSON.stringify(value)}\n`,
};

/** `feed=eventsource`: as browsers' `EventSource` reads them, which comes again by itself, with the last number. */
export const asEvents: FeedWriting = {
  type: 'text/event-stream',
  row: (value, sequence) => `data: ${JSON.stringify(value)}\nid: ${JSON.stringify(sequence)}\n\n`,
  sign: 'event: heartbeat\ndata: \n\n',
  end: () => '',
};
