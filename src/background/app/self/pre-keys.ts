import { equalBytes, fromBase64Url, toBase64Url } from '../../../domain/bytes.ts';
import {
  isPreKeyDue,
  keptPreKeys,
  makePreKey,
  openPreKey,
  type PreKey,
} from '../../../domain/conversation/pre-key.ts';
import { decodePreKey, encodePreKey } from '../../../domain/conversation/stored-pre-key.ts';
import { profileSpace } from '../../../domain/space/charter.ts';
import { latestBundle } from '../../../domain/space/evaluate-profile.ts';
import { type KeyBundle, makeBundle } from '../../../domain/types/bundle.ts';
import { CodedError } from '../../../protocol/codes.ts';
import { putDocuments } from '../../../store/documents.ts';
import type { StoredDocument } from '../../../store/ports.ts';
import { serial } from '../../../store/serial.ts';
import type { Context } from '../context.ts';
import { readWhole, stored } from './own-spaces.ts';
import { decodeRecord, preKeysRecord } from '../records.ts';

/**
 * Our pre-keys' secrets, and the bundle that offers the newest of them. Call `renew` on every start, and
 * `renewIfDue` whenever something happens: there is no timer.
 */
export class PreKeys {
  readonly #context: Context;
  readonly #oneByOne = serial();
  /** Oldest first. */
  #held: readonly PreKey[];

  /** Throws CodedError `data-damaged` where the vault holds pre-keys that don't decode. */
  constructor(context: Context) {
    this.#context = context;
    this.#held = read(context);
  }

  /** The one that friends are offered. Throws CodedError `not-ready` before `renew`. */
  current(): PreKey {
    const newest = this.#held.at(-1);
    if (!newest) throw new CodedError('not-ready');
    return newest;
  }

  /** Every one that a friend may still have used. */
  all(): readonly PreKey[] {
    return this.#held;
  }

  /** Cheap while nothing is due. Resolves with a new bundle, to be pushed to friends. */
  async renewIfDue(): Promise<StoredDocument | undefined> {
    const now = this.#context.now();
    const newest = this.#held.at(-1);
    const isKept = keptPreKeys(this.#held, now).length === this.#held.length;
    if (newest && isKept && !isPreKeyDue(newest, now)) return undefined;
    return this.renew();
  }

  /**
   * Makes a new pre-key when it is time, destroys those whose time is over, and publishes a bundle when
   * the published one doesn't offer the newest or isn't of this device. The vault has the secret before
   * anybody can use it, so whatever dies in between is made good at the next call.
   */
  renew(): Promise<StoredDocument | undefined> {
    return this.#oneByOne(async () => {
      await this.#renewHeld();
      return this.#publish();
    });
  }

  async #renewHeld(): Promise<void> {
    const { me, vault, random } = this.#context;
    const now = this.#context.now();
    const held = [...keptPreKeys(this.#held, now)];
    const newest = held.at(-1);
    if (!newest || isPreKeyDue(newest, now) || !this.#isOurs(newest)) {
      const owner = me.identity.publicKey;
      held.push(makePreKey({ owner, signer: me.device.signing, now }, random));
    } else if (held.length === this.#held.length) {
      return;
    }
    await vault.put(recordName(this.#context), {
      preKeys: held.map((preKey) => toBase64Url(encodePreKey(preKey))),
    });
    this.#held = held;
  }

  /** Whether this very device has signed it, for this address. */
  #isOurs({ statement }: PreKey): boolean {
    const { identity, device } = this.#context.me;
    const speaker = { publicKey: identity.publicKey, device: device.signing.publicKey };
    return openPreKey(statement, speaker).ok;
  }

  async #publish(): Promise<StoredDocument | undefined> {
    const { me, stores } = this.#context;
    const { identity, device } = me;
    const now = this.#context.now();
    const preKey = this.current();
    const database = await stores.open(profileSpace(identity.publicKey).name);
    const found = latestBundle(await readWhole(database), identity.address);
    const published = found.ok ? found.value : undefined;
    if (published && offers(published, preKey, this.#context)) return undefined;
    // Seconds, so that a device that had to begin anew comes after the one before it.
    const seq = Math.max(Math.floor(now / 1_000), (published?.seq ?? 0) + 1);
    const document = stored(makeBundle({ identity, device, preKey, seq, validFrom: now }).json);
    await putDocuments(database, [document]);
    return document;
  }
}

/** Of an identity that has been left: nobody can use them any more. */
export async function forgetPreKeys(context: Context): Promise<void> {
  await context.vault.remove(recordName(context));
}

/** Each pre-key is signed for one onion key. */
function recordName({ me }: Context): string {
  return `own/pre-keys/${me.identity.address}`;
}

function read(context: Context): readonly PreKey[] {
  const value = context.vault.get(recordName(context));
  if (value === undefined) return [];
  const record = decodeRecord(preKeysRecord, value);
  if (!record) throw new CodedError('data-damaged', 'pre-keys');
  return record.preKeys.map((text) => {
    const bytes = fromBase64Url(text);
    const preKey = bytes.ok ? decodePreKey(bytes.value) : bytes;
    if (!preKey.ok) throw new CodedError('data-damaged', 'pre-keys');
    return preKey.value;
  });
}

function offers(bundle: KeyBundle, { id }: PreKey, { me: { device } }: Context): boolean {
  return (
    equalBytes(bundle.preKey.id, id) &&
    equalBytes(bundle.device, device.signing.publicKey) &&
    equalBytes(bundle.encryption, device.encryption.publicKey) &&
    equalBytes(bundle.sealing, device.sealing.publicKey)
  );
}
