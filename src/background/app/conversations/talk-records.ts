import type { VaultChange } from '../../../store/ports.ts';
import type { Context } from '../context.ts';
import {
  decodeRecord,
  type TalkRecord,
  talkRecord,
  type TalkSettings,
  talkSettings,
} from '../records.ts';

const settingsName = 'setting/talk';

const untold: TalkRecord = {
  timer: { life: 0, mine: false, time: 0 },
  receipts: 'default',
  told: false,
  theirs: false,
  muted: false,
};

/** What was agreed with whom, and the person's own way. */
export class TalkRecords {
  readonly #vault: Context['vault'];

  constructor({ vault }: Pick<Context, 'vault'>) {
    this.#vault = vault;
  }

  of(address: string): TalkRecord {
    return decodeRecord(talkRecord, this.#vault.get(nameOf(address))) ?? untold;
  }

  change(address: string, change: Partial<TalkRecord>): VaultChange {
    return [nameOf(address), { ...this.of(address), ...change }];
  }

  /** Telling others what one has read is off until it is wanted; who asks us to erase is obeyed. */
  settings(): TalkSettings {
    const kept = decodeRecord(talkSettings, this.#vault.get(settingsName));
    return kept ?? { receipts: false, eraseWhenAsked: true };
  }

  async setSettings(settings: TalkSettings): Promise<void> {
    await this.#vault.put(settingsName, { ...settings });
  }

  /** For a friend who has another address now. Nothing was told from or to there. */
  taking(from: string, to: string): VaultChange[] {
    const { timer, receipts, muted } = this.of(from);
    return [[nameOf(to), { ...untold, timer, receipts, muted }], this.forgetting(from)];
  }

  forgetting(address: string): VaultChange {
    return [nameOf(address), undefined];
  }
}

function nameOf(address: string): string {
  return `talk/${address}`;
}
