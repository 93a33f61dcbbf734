import * as v from 'valibot';
import { bridgeLimits } from './bridges.ts';
import { codeField, onionAddressField, textField } from './fields.ts';

/** One place the host looked for a Tor, and what came of it. Kept for the diagnosis page. */
const torAttemptSchema = v.strictObject({
  /** Where: `127.0.0.1:9151`, `/run/tor/control` or `own tor`. */
  candidate: textField(300),
  /** Why this place was looked at. */
  origin: v.picklist(['environment', 'tor-browser', 'system', 'own']),
  outcome: v.picklist(['authenticated', 'not-there', 'refused', 'not-tor', 'failed']),
  code: v.optional(codeField),
});

const socksSchema = v.strictObject({
  host: textField(100),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
});

const serviceStatusSchema = v.strictObject({
  phase: v.picklist(['none', 'publishing', 'published', 'failed']),
  address: v.optional(onionAddressField),
  /** How the service came to be: created by us, or found already running with our address. */
  origin: v.optional(v.picklist(['created', 'adopted'])),
  /** Another service that uses Network25's port on this Tor; named by doctor, never served on. */
  foreign: v.optional(v.pipe(v.array(onionAddressField), v.maxLength(100))),
  code: v.optional(codeField),
});

export const torStatusSchema = v.strictObject({
  phase: v.picklist(['idle', 'looking', 'starting', 'bootstrapping', 'ready', 'lost', 'failed']),
  source: v.optional(v.picklist(['environment', 'tor-browser', 'system', 'own'])),
  control: v.optional(textField(300)),
  version: v.optional(textField(100)),
  /** Bootstrap, 0 to 100, with Tor's own tag for the step (`conn_dir`, `loading_descriptors`, `done`). */
  progress: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100))),
  step: v.optional(v.pipe(v.string(), v.regex(/^[a-z_]{1,40}$/))),
  socks: v.optional(socksSchema),
  /** By how many of the person's bridges our own tor may go. */
  bridges: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(bridgeLimits.lines)),
  ),
  /** What this Tor complains of while it goes on: a wrong clock, no network, a version too old. */
  warnings: v.optional(v.pipe(v.array(codeField), v.maxLength(8))),
  attempts: v.pipe(v.array(torAttemptSchema), v.maxLength(40)),
  service: serviceStatusSchema,
  code: v.optional(codeField),
});

export type TorStatus = v.InferOutput<typeof torStatusSchema>;
export type TorAttempt = v.InferOutput<typeof torAttemptSchema>;
export type ServiceStatus = v.InferOutput<typeof serviceStatusSchema>;
export type SocksAddress = v.InferOutput<typeof socksSchema>;

export const idleTorStatus: TorStatus = {
  phase: 'idle',
  attempts: [],
  service: { phase: 'none' },
};
