import { fromBase64Url, toBase64Url } from '../../domain/bytes.ts';
import type { Result } from '../../domain/result.ts';
import type { Random } from '../../domain/sodium.ts';
import {
  createSheetLock,
  lockOfSheet,
  openKeySheet,
  sealKeySheet,
  type SheetLock,
} from '../../domain/vault/key-sheet.ts';
import { CodedError } from '../../protocol/codes.ts';
import { createVaultKey } from '../../domain/vault/seal.ts';
import type { SessionArea } from '../../store/ports.ts';
import { serial } from '../../store/serial.ts';
import type { KeptKeys, StoredKeys } from '../local-settings.ts';
import { sheetKeysOf, storedKeysOf } from './sheet-keys.ts';

export interface SafePorts {
  /** The keys as they are kept, and the one write that replaces them whole. */
  readonly kept: () => KeptKeys | undefined;
  /** @param table takes the place of the key table in the same write; `null`: there is none yet */
  readonly keep: (keys: KeptKeys, table?: string | null) => Promise<void>;
  /** What was kept before is to be found on the disk no more. */
  readonly overwriteOld: () => Promise<void>;
  /** The browser's memory: an open safe stays open when the browser ends the background and starts it again. */
  readonly session: SessionArea;
  /** Argon2id, where nobody waits for it. */
  readonly stretch: (passphrase: string, lock: SheetLock) => Promise<Uint8Array>;
  readonly random: Random;
}

/** `none`: nothing is kept, or it is kept without a passphrase. */
export type SafeState = 'none' | 'open' | 'locked';

const sessionKey = 'safe/stretched';

/**
 * The person's keys, kept behind a passphrase if they have chosen one. Each change is a single write of
 * the whole sheet under one name: whatever dies before or after it, the keys open by the passphrase that
 * held before or by the one that holds after it.
 */
export class Safe {
  readonly #ports: SafePorts;
  #stretched: Uint8Array | undefined;
  #keys: StoredKeys | undefined;
  readonly #oneByOne = serial();

  constructor(ports: SafePorts) {
    this.#ports = ports;
  }

  /** Takes up what the browser's memory still holds. Throws CodedError `data-damaged`. */
  async open(): Promise<void> {
    const kept = this.#ports.kept();
    if (kept?.version === 1) this.#keys = kept;
    if (kept?.version !== 2) return;
    const items = await this.#ports.session.get([sessionKey]);
    const text = items[sessionKey];
    const stretched = typeof text === 'string' ? fromBase64Url(text) : undefined;
    if (stretched?.ok === true) this.#openWith(sheetOf(kept.sheet), stretched.value);
  }

  get state(): SafeState {
    if (this.#ports.kept()?.version !== 2) return 'none';
    return this.#keys === undefined ? 'locked' : 'open';
  }

  /** `undefined` while locked, and before there are any. */
  get keys(): StoredKeys | undefined {
    return this.#keys;
  }

  /** What seals the vault; `undefined` while locked, and before there are any. */
  get vaultKey(): Uint8Array | undefined {
    const bytes = this.#keys && fromBase64Url(this.#keys.vault);
    return bytes?.ok === true ? bytes.value : undefined;
  }

  /**
   * The first keys, kept behind this passphrase from the beginning, or openly without one.
   *
   * @param table sealed by the vault's key, where something is in the vault already
   */
  begin(
    keys: StoredKeys,
    passphrase: string | undefined,
    table: string | null = null,
  ): Promise<void> {
    return this.#oneByOne(async () => {
      if (passphrase === undefined) await this.#ports.keep(keys, table);
      else await this.#keepBehind(passphrase, keys, table);
      this.#keys = keys;
    });
  }

  /**
   * The vault's key stays what it is, unless a table comes along that is sealed by the one given.
   * Throws CodedError `locked`.
   */
  keep(keys: StoredKeys, table?: string): Promise<void> {
    return this.#oneByOne(async () => {
      const vault = (table === undefined ? this.#keys?.vault : undefined) ?? keys.vault;
      await this.#keepNow({ ...keys, vault }, table);
    });
  }

  /**
   * Another vault's key from now on, and in the same write the table that it seals.
   * Throws CodedErrors `locked`, `no-identity`.
   */
  rekey(sealTable: (vaultKey: Uint8Array) => string): Promise<void> {
    return this.#oneByOne(async () => {
      if (this.state === 'locked') throw new CodedError('locked');
      if (this.#keys === undefined) throw new CodedError('no-identity');
      const vaultKey = createVaultKey(this.#ports.random);
      await this.#keepNow({ ...this.#keys, vault: toBase64Url(vaultKey) }, sealTable(vaultKey));
    });
  }

  /** What was kept before is to be found on the disk no more. */
  forgetOld(): Promise<void> {
    return this.#ports.overwriteOld();
  }

  /** Throws CodedError `wrong-passphrase`. Does nothing when it is open. */
  async unlock(passphrase: string): Promise<void> {
    if (this.state !== 'locked') return;
    const { sheet, stretched } = await this.#stretchFor(passphrase);
    if (!this.#openWith(sheet, stretched)) throw new CodedError('wrong-passphrase');
    await this.#ports.session.set({ [sessionKey]: toBase64Url(stretched) });
  }

  /** The keys leave the memory of the browser and of this class; who else holds them must be ended first. */
  lock(): Promise<void> {
    // What is being kept at this moment is kept first: it would open the safe again.
    return this.#oneByOne(async () => {
      if (this.state !== 'open') return;
      this.#keys = undefined;
      this.#stretched = undefined;
      await this.#ports.session.remove([sessionKey]);
    });
  }

  /** Throws CodedError `wrong-passphrase` unless this is the one that holds; with none chosen, any does. */
  async check(passphrase: string): Promise<void> {
    if (this.#ports.kept()?.version !== 2) return;
    const { sheet, stretched } = await this.#stretchFor(passphrase);
    if (!openKeySheet(sheet, stretched).ok) throw new CodedError('wrong-passphrase');
  }

  /**
   * The keys are sealed anew under `next`, or kept openly without it.
   * Throws CodedError `locked`, `no-identity` or `wrong-passphrase`.
   */
  change(now: string, next: string | undefined): Promise<void> {
    return this.#oneByOne(() => this.#change(now, next));
  }

  async #change(now: string, next: string | undefined): Promise<void> {
    if (this.state === 'locked') throw new CodedError('locked');
    if (this.#keys === undefined) throw new CodedError('no-identity');
    await this.check(now);
    if (next === undefined) {
      await this.#ports.keep(this.#keys);
      this.#stretched = undefined;
      await this.#ports.session.remove([sessionKey]);
      return;
    }
    await this.#keepBehind(next, this.#keys);
    await this.#ports.overwriteOld();
  }

  async #keepNow(keys: StoredKeys, table: string | undefined): Promise<void> {
    const kept = this.#ports.kept();
    if (kept?.version !== 2) {
      await this.#ports.keep(keys, table);
    } else {
      if (this.#stretched === undefined) throw new CodedError('locked');
      const lock = need(lockOfSheet(sheetOf(kept.sheet)));
      await this.#ports.keep(this.#sealed(keys, lock, this.#stretched), table);
    }
    this.#keys = keys;
  }

  async #keepBehind(passphrase: string, keys: StoredKeys, table?: string | null) {
    const lock = createSheetLock(this.#ports.random);
    const stretched = await this.#ports.stretch(passphrase, lock);
    await this.#ports.keep(this.#sealed(keys, lock, stretched), table);
    this.#stretched = stretched;
    await this.#ports.session.set({ [sessionKey]: toBase64Url(stretched) });
  }

  #openWith(sheet: Uint8Array, stretched: Uint8Array): boolean {
    const opened = openKeySheet(sheet, stretched);
    if (!opened.ok) return false;
    this.#keys = storedKeysOf(opened.value);
    this.#stretched = stretched;
    return true;
  }

  async #stretchFor(passphrase: string): Promise<{ sheet: Uint8Array; stretched: Uint8Array }> {
    const kept = this.#ports.kept();
    if (kept?.version !== 2) throw new TypeError('only a sheet has a passphrase');
    const sheet = sheetOf(kept.sheet);
    const stretched = await this.#ports.stretch(passphrase, need(lockOfSheet(sheet)));
    return { sheet, stretched };
  }

  #sealed(keys: StoredKeys, lock: SheetLock, stretched: Uint8Array): KeptKeys {
    const sheet = sealKeySheet(sheetKeysOf(keys), lock, stretched, this.#ports.random);
    return { version: 2, sheet: toBase64Url(sheet) };
  }
}

const sheetOf = (text: string): Uint8Array => need(fromBase64Url(text));

function need<T>(result: Result<T>): T {
  if (!result.ok) throw new CodedError('data-damaged', 'keys');
  return result.value;
}
