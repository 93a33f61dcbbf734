import { toHex } from '../domain/bytes.ts';
import type { Random } from '../domain/sodium.ts';
import { CodedError } from '../protocol/codes.ts';
import { overwriteFreed } from '../store/overwrite.ts';
import type { SessionArea } from '../store/ports.ts';
import { itemsUnder, setItems } from '../store/session-items.ts';
import {
  decodeSettings,
  type LocalSettings,
  readLocalSettings,
  settingNames,
} from './local-settings.ts';
import { profileFormat } from './upgrade/profile-format.ts';

export interface OwnSettingsPorts {
  /** `storage.local`, on the disk. */
  readonly local: SessionArea;
  /** `storage.session`, in the browser's memory: it outlasts the background's sleep, not the browser. */
  readonly memory: SessionArea;
  readonly random: Random;
  /** Of this add-on. */
  readonly version: string;
}

/** In memory; there are such items exactly while nothing is kept on the disk. */
const prefix = 'settings/';

/** The settings of this browser profile as they are stored; the only writer of them. */
export class OwnSettings {
  readonly #ports: OwnSettingsPorts;
  #value: LocalSettings = {};
  #keepsNothing = false;
  #isOver = false;

  constructor(ports: OwnSettingsPorts) {
    this.#ports = ports;
  }

  get value(): LocalSettings {
    return this.#value;
  }

  /** Whether everything is in the browser's memory, by the person's choice, and nothing on the disk. */
  get keepsNothing(): boolean {
    return this.#keepsNothing;
  }

  /** Reads them and gives the profile's name, making one for a new profile. Throws CodedError `data-damaged`. */
  async open(): Promise<string> {
    const { local, memory } = this.#ports;
    const inMemory = await itemsUnder(memory, prefix);
    this.#keepsNothing = inMemory.length > 0;
    this.#value = this.#keepsNothing
      ? decodeSettings(Object.fromEntries(inMemory))
      : await readLocalSettings(local);
    return this.#value.profile ?? this.#nameProfile();
  }

  /**
   * Before anybody begins: whether what they do is to be on the disk at all.
   * Throws CodedError `identity-exists` once somebody's keys are here.
   *
   * @returns the profile's name from now on; its data are others than before
   */
  async setKeepsNothing(nothing: boolean): Promise<string> {
    const { local, memory } = this.#ports;
    if (this.#value.keys !== undefined) throw new CodedError('identity-exists');
    if (nothing) await local.remove(settingNames);
    else await memory.remove((await itemsUnder(memory, prefix)).map(([name]) => prefix + name));
    this.#value = {};
    this.#keepsNothing = nothing;
    return this.#nameProfile();
  }

  /** Nothing is written from now on: everything is being erased. */
  end(): void {
    this.#isOver = true;
  }

  /** Throws CodedError `no-identity` after the end, and `session-storage-full`. */
  async remember(change: LocalSettings): Promise<void> {
    const { local, memory } = this.#ports;
    if (this.#isOver) throw new CodedError('no-identity');
    if (this.#keepsNothing) {
      const items = Object.entries(change).map(([name, value]) => [prefix + name, value]);
      await setItems(memory, Object.fromEntries(items));
    } else {
      await local.set(change);
    }
    this.#value = { ...this.#value, ...change };
  }

  /** Keys that were replaced are to be found on the disk no more. */
  async overwriteOld(): Promise<void> {
    const { local, random } = this.#ports;
    if (!this.#keepsNothing) await overwriteFreed(local, 'keys', random);
  }

  async #nameProfile(): Promise<string> {
    const { random, version } = this.#ports;
    const profile = toHex(random(16));
    await this.remember({ profile, format: { number: profileFormat, version } });
    return profile;
  }
}
