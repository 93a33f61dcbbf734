import browser from 'webextension-polyfill';
import { toHex } from '../domain/bytes.ts';
import { randomBytes } from '../domain/sodium.ts';
import { CodedError } from '../protocol/codes.ts';
import { type LocalSettings, readLocalSettings, writeLocalSettings } from './local-settings.ts';
import { profileFormat } from './upgrade/profile-format.ts';

/** The settings of this browser profile as they are stored; the only writer of them. */
export class OwnSettings {
  #value: LocalSettings = {};
  #isOver = false;

  get value(): LocalSettings {
    return this.#value;
  }

  /** Reads them and gives the profile's name, making one for a new profile. Throws CodedError `data-damaged`. */
  async open(): Promise<string> {
    this.#value = await readLocalSettings();
    if (this.#value.profile !== undefined) return this.#value.profile;
    const profile = toHex(randomBytes(16));
    const { version } = browser.runtime.getManifest();
    await this.remember({ profile, format: { number: profileFormat, version } });
    return profile;
  }

  /** Nothing is written from now on: everything is being erased. */
  end(): void {
    this.#isOver = true;
  }

  /** Throws CodedError `no-identity` after the end. */
  async remember(change: LocalSettings): Promise<void> {
    if (this.#isOver) throw new CodedError('no-identity');
    await writeLocalSettings(change);
    this.#value = { ...this.#value, ...change };
  }
}
