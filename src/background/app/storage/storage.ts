import type {
  StorageLevel,
  StorageLimit,
  StorageView,
} from '../../../protocol/page-calls/storage.ts';
import type { HostStorage } from '../../../store/host-storage.ts';
import type { Context } from '../context.ts';
import { decodeRecord } from '../records.ts';
import { dateOf, withToday } from './growth.ts';
import { levelOf } from './storage-level.ts';
import { storageParts, type WhoseParts } from './storage-parts.ts';
import { storageDays, type StorageDays, storageSetting } from './storage-records.ts';

export interface StorageMeter {
  /** `undefined` while there is no host: nothing is measured then. */
  readonly atHost: () => Promise<HostStorage | undefined>;
  readonly inBrowser: () => Promise<number | undefined>;
  readonly compact: (space: string) => Promise<void>;
}

export interface StorageParts {
  readonly meter: StorageMeter;
  readonly whose: () => WhoseParts;
  /** There is no room for what others publish now, or there is again. */
  readonly levelChanged: () => void;
}

const settingName = 'setting/storage';
const daysName = 'storage/days';
const usualLimit: StorageLimit = 5_000_000_000;
/** Milliseconds. Measuring is a look at each file; others can't bring gigabytes in that time over Tor. */
const interval = 600_000;

/** How much lies on the disk and whose it is, how much may, and what follows when that is reached. */
export class Storage {
  readonly #context: Context;
  readonly #parts: StorageParts;
  #level: StorageLevel = 'fine';
  #measured = -Infinity;

  constructor(context: Context, parts: StorageParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** As it was measured last. */
  get level(): StorageLevel {
    return this.#level;
  }

  get limit(): StorageLimit {
    const setting = decodeRecord(storageSetting, this.#context.vault.get(settingName));
    return setting ? setting.limit : usualLimit;
  }

  async setLimit(limit: StorageLimit): Promise<void> {
    await this.#context.vault.put(settingName, { limit });
    await this.measure();
    this.#context.changed('storage');
  }

  /** Measured now. */
  async view(): Promise<StorageView> {
    const { meter, whose } = this.#parts;
    const atHost = await this.measure();
    const inBrowser = await meter.inBrowser();
    const { mode } = this.#context.stores;
    return {
      mode,
      level: this.#level,
      limit: this.limit,
      parts: atHost ? storageParts(atHost, whose()) : [],
      growth: this.#days.map(([day, bytes]) => ({ day: dateOf(day), bytes })),
      ...(atHost ? { total: atHost.all } : {}),
      ...(atHost?.free === undefined ? {} : { free: atHost.free }),
      ...(mode !== 'indexeddb' || inBrowser === undefined ? {} : { inBrowser }),
    };
  }

  /** Notes the day's size, and sees whether the limit is near. A host that isn't there is measured another time. */
  async measure(): Promise<HostStorage | undefined> {
    const atHost = await this.#parts.meter.atHost();
    if (!atHost) return undefined;
    this.#measured = this.#context.now();
    const days = withToday(this.#days, this.#context.now(), atHost.all);
    await this.#context.vault.put(daysName, { days });
    const level = levelOf(this.limit, { total: atHost.all, free: atHost.free });
    const before = this.#level;
    this.#level = level;
    if (before !== level) {
      this.#context.changed('state', 'storage');
      if (level === 'full' || before === 'full') this.#parts.levelChanged();
    }
    return atHost;
  }

  /** The browser may stay open for weeks: whatever happens is a chance to look. */
  async measureIfDue(): Promise<void> {
    if (Math.abs(this.#context.now() - this.#measured) > interval) await this.measure();
  }

  /** Gives back what is only kept by LevelDB's way of writing. Returns by how many bytes it is less. */
  async compact(): Promise<{ freed: number }> {
    const before = await this.measure();
    if (!before) return { freed: 0 };
    for (const name of before.databases.keys()) await this.#parts.meter.compact(name);
    const after = await this.measure();
    this.#context.changed('storage');
    return { freed: Math.max(0, before.all - (after?.all ?? before.all)) };
  }

  get #days(): StorageDays {
    return decodeRecord(storageDays, this.#context.vault.get(daysName))?.days ?? [];
  }
}
