import { sizes } from './assumptions.ts';

export const causes = ['dialling', 'waiting', 'asking', 'documents'] as const;
export type Cause = (typeof causes)[number];

/** What all people together sent, by what for. */
export class Traffic {
  /** Only while this is so. */
  counting = false;
  readonly bytes: Record<Cause, number> = { dialling: 0, waiting: 0, asking: 0, documents: 0 };
  requests = 0;
  pushes = 0;
  dials = 0;
  vainDials = 0;
  memberDials = 0;
  firstContacts = 0;
  /** Of all long-polls together, in milliseconds. */
  longPollTime = 0;

  /** One request and its answer; every piece fills Tor's cells up. */
  request(cause: Cause, up: number, down: number): void {
    if (!this.counting) return;
    this.requests += 1;
    this.bytes[cause] += inCells(up) + inCells(down);
  }

  cells(cause: Cause, count: number): void {
    if (this.counting) this.bytes[cause] += count * sizes.cell;
  }
}

const inCells = (bytes: number): number => Math.ceil(bytes / sizes.cellPayload) * sizes.cell;
