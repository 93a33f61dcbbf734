/**
 * The closed list of outcomes that may cross a boundary (peer, host, background, page). Each has a
 * sentence for the person under `code_<name with _ for ->` in `_locales`; a test keeps the two in step.
 */
export const codes = [
  // what a person typed or clicked
  'not-an-onion-link',
  'own-address',
  'already-a-friend',
  'unknown-friend',
  'no-such-request',
  'not-a-space-link',
  'unknown-space',
  'space-missing',
  'space-not-public',
  'text-empty',
  'text-too-long',
  'file-empty',
  'file-too-large',
  'too-many-files',
  'too-many-mentions',
  'file-missing',
  'file-damaged',
  'files-not-ready',
  'image-unreadable',
  'image-too-large',
  'name-empty',
  'name-too-long',
  // reaching a friend
  'peer-unreachable',
  'peer-timeout',
  'peer-not-network25',
  'peer-refused',
  'peer-full',
  'token-ended',
  'device-changed',
  'clocks-differ',
  'work-needed',
  'peer-newer-version',
  'profile-missing',
  'profile-malformed',
  'profile-forged',
  'keys-expired',
  // Tor
  'tor-not-found',
  'tor-refused',
  'tor-wrong-password',
  'tor-cookie-unreadable',
  'tor-start-failed',
  'tor-bootstrap-stalled',
  'tor-lost',
  'tor-blocked',
  'tor-offline',
  'tor-clock-wrong',
  'tor-version-old',
  'bridge-malformed',
  'bridge-program-missing',
  'bridges-unreachable',
  'bridges-unreadable',
  'onion-refused',
  'onion-not-published',
  'onion-upload-failed',
  'onion-unreachable',
  'route-undecided',
  // the host and its data
  'host-missing',
  'host-version',
  'host-older',
  'addon-older',
  'host-lost',
  'data-in-use',
  'data-damaged',
  'data-newer',
  'upgrade-failed',
  'data-unwritable',
  'disk-full',
  'session-storage-full',
  'storage-elsewhere',
  // a backup
  'not-a-backup',
  'backup-damaged',
  'backup-newer',
  'backup-others',
  'backup-passphrase',
  'words-unknown',
  // the add-on's own state
  'no-identity',
  'locked',
  'wrong-passphrase',
  'identity-exists',
  'not-ready',
  // anything from outside
  'malformed',
  'too-large',
  'too-many',
  'not-allowed',
  'not-found',
  'cancelled',
  'internal',
] as const;

export type Code = (typeof codes)[number];

/** An expected failure on its way to a person. `detail` is a limit or a name of ours, never a peer's text. */
export class CodedError extends Error {
  readonly code: Code;
  readonly detail: string | undefined;

  constructor(code: Code, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`);
    this.name = 'CodedError';
    this.code = code;
    this.detail = detail;
  }
}

/** The code to show for anything thrown; what isn't ours is `internal`, its text stays here. */
export function codeOf(error: unknown): Code {
  return error instanceof CodedError ? error.code : 'internal';
}
