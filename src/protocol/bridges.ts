import * as v from 'valibot';

/** What a person gets from BridgeDB are one to four lines; snowflake's, with its fronts, is the longest there is. */
export const bridgeLimits = { lines: 20, characters: 1_500 } as const;

/** The transports we know a program for; a line without one is a plain bridge. */
export const transports = ['obfs4', 'webtunnel', 'snowflake', 'meek_lite'] as const;
export type Transport = (typeof transports)[number];

/** One bridge, taken apart: nothing in it can end a word, a line or a quoted string of Tor's. */
export interface Bridge {
  readonly transport?: Transport;
  /** `192.0.2.1:443` or `[2001:db8::1]:443`. */
  readonly place: string;
  /** Of the relay's key: 40 hexadecimal digits, in capitals. */
  readonly fingerprint?: string;
  /** What the transport wants to know, `key=value`. */
  readonly details: readonly string[];
}

const transportOf = (word: string): Transport | undefined =>
  transports.find((transport) => transport === word.toLowerCase());

/**
 * Reads a bridge as sites, mails and Tor Browser give it, with or without `Bridge` in front. Gives
 * undefined for anything else: unknown transports, names instead of addresses, and every character that
 * Tor's settings give a meaning (quotes, backslashes, `#`, control characters).
 */
export function parseBridge(text: string): Bridge | undefined {
  if (text.length > bridgeLimits.characters || !/^[\x21-\x7e \t]*$/.test(text)) return undefined;
  if (/["\\#]/.test(text)) return undefined;
  const words = text.split(/[ \t]+/).filter((word) => word !== '');
  if (words[0]?.toLowerCase() === 'bridge') words.shift();
  const transport = transportOf(words[0] ?? '');
  if (transport !== undefined) words.shift();
  const place = words.shift();
  if (place === undefined || !isPlace(place)) return undefined;
  const fingerprint = /^\$?([0-9A-Fa-f]{40})$/.exec(words[0] ?? '')?.[1]?.toUpperCase();
  if (fingerprint !== undefined) words.shift();
  const known = words.every((word) => /^[A-Za-z][A-Za-z0-9_-]{0,39}=./.test(word));
  if (!known || (transport === undefined && words.length > 0)) return undefined;
  return {
    ...(transport === undefined ? {} : { transport }),
    place,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    details: words,
  };
}

/** As Tor reads it; the same for every way of writing the same bridge. */
export function formatBridge({ transport, place, fingerprint, details }: Bridge): string {
  return [transport, place, fingerprint, ...details].filter((word) => word !== undefined).join(' ');
}

function isPlace(text: string): boolean {
  const [, v4, v6, port] =
    /^(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([0-9A-Fa-f:.]{2,45})\]):(\d{1,5})$/.exec(text) ?? [];
  const isAddress =
    v4 === undefined
      ? v6?.includes(':') === true
      : v4.split('.').every((part) => Number(part) < 256);
  return isAddress && Number(port) > 0 && Number(port) < 65_536;
}

/** The lines of a text that mean something: neither empty nor a comment. */
export const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const bridgeField = v.pipe(
  v.string(),
  v.maxLength(bridgeLimits.characters),
  v.check((text) => parseBridge(text) !== undefined),
);

/** The person's bridges; none means that Tor is entered as everybody does. */
export const bridgesField = v.pipe(v.array(bridgeField), v.maxLength(bridgeLimits.lines));

/** Bridges with what stands in their way. */
export const bridgeSettingsSchema = v.strictObject({
  lines: bridgesField,
  /** Transports among them whose program was not found. */
  missing: v.pipe(v.array(v.picklist(transports)), v.maxLength(transports.length)),
});
export type BridgeSettings = v.InferOutput<typeof bridgeSettingsSchema>;
