import type { Random } from '../../domain/sodium.ts';
import { codeOf } from '../../protocol/codes.ts';
import type { FeedView } from '../../protocol/page-calls.ts';
import { firstPageItem, type FirstPageView } from '../../protocol/page-calls/first-page.ts';
import type { SessionArea } from '../../store/ports.ts';
import { serial } from '../../store/serial.ts';
import { openPage, sealPage, viewOf } from './sealed-page.ts';

export interface FirstPagePorts {
  /** `storage.local`, where it lies sealed: it is there before host and databases are. */
  readonly area: SessionArea;
  /**
   * `storage.session`, where pages read it before the background has even started, unless it is time to lock
   * (`readableFirstPage`). Nothing of it is on the disk, and the key of an open safe is in there, too.
   */
  readonly shown: SessionArea;
  /** What seals the vault, as it is now; `undefined` while that is locked. */
  readonly key: () => Uint8Array | undefined;
  readonly random: Random;
  /** Runs something later. Returns how to prevent it. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
  readonly failed: (error: unknown) => void;
}

/** The feed changes many times when much arrives. */
const calmAfter = 2_000;

/**
 * The newest posts, kept sealed outside the databases, to be read while these are being opened; and openly in the
 * browser's memory while they may be read. Both are removed before anything in the databases is erased or
 * forgotten, and made anew only from what is there afterwards; what the key of today doesn't open is removed, too.
 */
export class FirstPage {
  readonly #ports: FirstPagePorts;
  #read: Promise<unknown> | undefined;
  #view: FirstPageView | undefined;
  #newest: (() => Promise<FeedView>) | undefined;
  #stopTimer: (() => void) | undefined;
  /** Raised by everything that makes a page that is just being made untrue. */
  #turn = 0;
  /** How much is being erased. */
  #erasing = 0;
  readonly #oneByOne = serial();

  constructor(ports: FirstPagePorts) {
    this.#ports = ports;
  }

  /** Reads it, still sealed: the key may not be there yet. */
  fetch(): void {
    this.#read = this.#ports.area.get([firstPageItem]).then((items) => items[firstPageItem]);
    this.#read.catch(() => undefined);
  }

  /** Opens what was read, if the key opens it. */
  async open(): Promise<void> {
    const key = this.#ports.key();
    if (this.#read === undefined) this.fetch();
    // Where it can't be read there is none: nothing waits for it.
    const sealed = await this.#read?.catch(() => undefined);
    if (key === undefined) return this.close();
    if (sealed === undefined) return;
    this.#view = typeof sealed === 'string' ? openPage(key, sealed) : undefined;
    if (this.#view === undefined) await this.forget();
    else await this.#show(this.#view);
  }

  /** As they last were. */
  get view(): FirstPageView | null {
    return this.#view ?? null;
  }

  /** Everything is open: from now on the page is kept as `newest` answers. */
  follow(newest: () => Promise<FeedView>): void {
    this.#newest = newest;
    this.changed();
  }

  /** Nothing is to be read any more; what is kept stays, sealed. */
  close(): Promise<void> {
    this.#view = undefined;
    this.#read = undefined;
    this.#newest = undefined;
    this.#turn += 1;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    return this.#oneByOne(() => this.#ports.shown.remove([firstPageItem]));
  }

  /** What the feed shows, or how, has changed. */
  changed(): void {
    if (this.#newest === undefined || this.#stopTimer !== undefined) return;
    this.#stopTimer = this.#ports.after(calmAfter, () => {
      this.#stopTimer = undefined;
      this.#keep().catch((error: unknown) => {
        // That the host went away is no surprise: the feed changes when it comes back.
        if (codeOf(error) === 'internal') this.#ports.failed(error);
      });
    });
  }

  /** Something is erased: before it is, no page shows it, and none that was made before it was is kept. */
  async without<T>(erase: () => Promise<T>): Promise<T> {
    this.#erasing += 1;
    try {
      await this.forget();
      return await erase();
    } finally {
      this.#erasing -= 1;
      this.#turn += 1;
      this.changed();
    }
  }

  /** Resolves when none is stored. */
  forget(): Promise<void> {
    this.#turn += 1;
    this.#view = undefined;
    this.#read = undefined;
    return this.#oneByOne(async () => {
      await this.#ports.shown.remove([firstPageItem]);
      await this.#ports.area.remove([firstPageItem]);
    });
  }

  #show(view: FirstPageView): Promise<void> {
    const turn = this.#turn;
    return this.#oneByOne(async () => {
      if (turn === this.#turn) await this.#ports.shown.set({ [firstPageItem]: view });
    });
  }

  async #keep(): Promise<void> {
    const turn = this.#turn;
    if (this.#erasing > 0) return;
    const feed = await this.#newest?.();
    await this.#oneByOne(async () => {
      const key = this.#ports.key();
      if (feed === undefined || key === undefined || turn !== this.#turn) return;
      const view = viewOf(feed);
      this.#view = view;
      await this.#ports.shown.set({ [firstPageItem]: view });
      await this.#ports.area.set({ [firstPageItem]: sealPage(key, view, this.#ports.random) });
    });
  }
}
