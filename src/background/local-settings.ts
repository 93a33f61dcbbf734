import * as v from 'valibot';
import { CodedError } from '../protocol/codes.ts';
import type { SessionArea } from '../store/ports.ts';
import { formatSchema } from './upgrade/profile-format.ts';

/**
 * The little that must be there before any database is open, in `storage.local` (it works and lasts
 * in permanent private browsing too). The keys stand here openly until the
 * person chooses a passphrase; from then on one sealed sheet stands in their place.
 */
const openKeysSchema = v.strictObject({
  version: v.literal(1),
  /** 32 bytes, base64url: the root of the identity. */
  root: v.string(),
  /** The device's key pairs as the domain encodes them, base64url. */
  device: v.string(),
  /** 32 bytes, base64url: seals the vault. */
  vault: v.string(),
  /** The root of the address that is being left, until every friend's letter about it is in the outbox. */
  leaving: v.optional(v.string()),
});

/** The key sheet (`domain/vault/key-sheet`), base64url. */
const sealedKeysSchema = v.strictObject({ version: v.literal(2), sheet: v.string() });
const keysSchema = v.variant('version', [openKeysSchema, sealedKeysSchema]);

const settingsSchema = v.object({
  /** Of everything that is kept; `upgrade` reads it first. */
  format: v.optional(formatSchema),
  /** Names this profile's data directory on the host: 16 bytes, hex. */
  profile: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))),
  /** Where the person's databases are; once chosen, another place is never silently begun. */
  home: v.optional(v.picklist(['indexeddb', 'native', 'memory'])),
  keys: v.optional(keysSchema),
  /** The key table (`domain/vault/key-table`), base64url; none before the first database is opened by these keys. */
  table: v.optional(v.nullable(v.string())),
  /** A backup is being restored there: until the keys are kept, what lies there is a part of it. */
  restoring: v.optional(v.nullable(v.picklist(['indexeddb', 'native', 'memory']))),
});

export type LocalSettings = v.InferOutput<typeof settingsSchema>;
/** As they are used; kept so only without a passphrase. */
export type StoredKeys = v.InferOutput<typeof openKeysSchema>;
export type KeptKeys = v.InferOutput<typeof keysSchema>;

/** Names of all of them. */
export const settingNames = ['format', 'profile', 'home', 'keys', 'table', 'restoring'];

/** Reads what is kept. Throws CodedError `data-damaged` rather than begin anew over somebody's keys. */
export async function readLocalSettings(local: SessionArea): Promise<LocalSettings> {
  return decodeSettings(await local.get(settingNames));
}

/** Throws CodedError `data-damaged`. */
export function decodeSettings(stored: unknown): LocalSettings {
  const decoded = v.safeParse(settingsSchema, stored);
  if (!decoded.success) throw new CodedError('data-damaged', 'settings');
  return decoded.output;
}
