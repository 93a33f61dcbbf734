import type { Code } from '../../protocol/codes.ts';
import type { RouteState } from '../../protocol/page-calls.ts';
import type { ServiceStatus, TorAttempt, TorStatus } from '../../protocol/tor-status.ts';
import type { MessageKey } from '../i18n/message-key.ts';
import { codeKey } from '../i18n/code-key.ts';

/** Tor's own tags for its steps, gathered into the few a person can tell apart. */
const stepKeys: readonly (readonly [tags: RegExp, key: MessageKey])[] = [
  [/^done$/, 'tor_step_done'],
  [/^(ap_|circuit_create|onehop_create)/, 'tor_step_circuit'],
  [/^(requesting|loading)_(status|keys)$/, 'tor_step_directory'],
  [/^((requesting|loading)_descriptors|enough_dirinfo)$/, 'tor_step_descriptors'],
  [/^handshake/, 'tor_step_handshake'],
];

export function stepKey(step: string | undefined): MessageKey {
  if (step === undefined) return 'tor_step_connect';
  return stepKeys.find(([tags]) => tags.test(step))?.[1] ?? 'tor_step_connect';
}

/** Where Tor stands, in a sentence; a failure is told with what to do. */
export function torSentence(tor: TorStatus): MessageKey {
  switch (tor.phase) {
    case 'idle':
      return 'tor_idle';
    case 'looking':
      return 'tor_looking';
    case 'starting':
      return 'tor_starting';
    case 'bootstrapping':
      return stepKey(tor.step);
    case 'ready':
      return 'tor_ready';
    case 'lost':
      return codeKey(tor.code ?? 'tor-lost');
    case 'failed':
      return codeKey(tor.code ?? 'tor-not-found');
  }
}

/** What is in Tor's way while it goes on; when it does not, its sentence says it already. */
export function troubles({ phase, code, warnings = [] }: TorStatus): Code[] {
  const own = phase === 'bootstrapping' && code !== undefined ? [code] : [];
  return [...new Set([...own, ...warnings])];
}

/** What becomes of the bridges that are set: only a Tor of our own goes by them. */
export function bridgesSentence(set: number, { source, bridges, phase }: TorStatus): MessageKey {
  if (set === 0) return 'bridges_state_none';
  if (source === 'own' && bridges !== undefined)
    return phase === 'ready' ? 'bridges_state_used' : 'bridges_state_trying';
  return source === undefined || source === 'own' ? 'bridges_state_set' : 'bridges_state_other_tor';
}

export function serviceSentence(service: ServiceStatus): MessageKey {
  switch (service.phase) {
    case 'none':
      return 'connection_service_none';
    case 'publishing':
      return 'connection_service_publishing';
    case 'published':
      return service.origin === 'adopted'
        ? 'connection_service_adopted'
        : 'connection_service_published';
    case 'failed':
      return 'connection_service_failed';
  }
}

export const sourceKeys: Record<NonNullable<TorStatus['source']>, MessageKey> = {
  environment: 'connection_source_environment',
  'tor-browser': 'connection_source_tor_browser',
  system: 'connection_source_system',
  own: 'connection_source_own',
};

export const originKeys: Record<TorAttempt['origin'], MessageKey> = {
  environment: 'attempt_origin_environment',
  'tor-browser': 'attempt_origin_tor_browser',
  system: 'attempt_origin_system',
  own: 'attempt_origin_own',
};

export const outcomeKeys: Record<TorAttempt['outcome'], MessageKey> = {
  authenticated: 'attempt_authenticated',
  'not-there': 'attempt_not_there',
  refused: 'attempt_refused',
  'not-tor': 'attempt_not_tor',
  failed: 'attempt_failed',
};

export const routeKeys: Record<RouteState, MessageKey> = {
  undecided: 'route_undecided',
  'browser-tor': 'route_browser_tor',
  'host-tor': 'route_host_tor',
  none: 'route_none',
};

/** Somebody has to type the control password: a place that asked for it, and no other Tor that works. */
export function asksForPassword(tor: TorStatus): boolean {
  if (tor.phase === 'ready') return false;
  return (
    tor.code === 'tor-wrong-password' ||
    tor.attempts.some((attempt) => attempt.code === 'tor-wrong-password')
  );
}
