import type { AppState } from '../../protocol/page-calls.ts';
import type { MessageKey } from '../i18n/message-key.ts';
import type { Tone } from './tone.ts';

export interface Status {
  tone: Tone;
  key: MessageKey;
  values: number[];
}

const status = (tone: Tone, key: MessageKey, ...values: number[]): Status => ({
  tone,
  key,
  values,
});

/** The whole state of the connection in one line, for the bottom of the page. */
export function statusOf({ host, tor, route }: Pick<AppState, 'host' | 'tor' | 'route'>): Status {
  if (host.phase === 'connecting') return status('busy', 'status_host_connecting');
  if (host.phase === 'missing') {
    return route === 'browser-tor'
      ? status('bad', 'status_reading_only')
      : status('bad', 'status_no_host');
  }
  switch (tor.phase) {
    case 'idle':
    case 'looking':
      return status('busy', 'status_looking');
    case 'starting':
      return status('busy', 'status_starting');
    case 'bootstrapping':
      return status('busy', 'status_bootstrapping', tor.progress ?? 0);
    case 'lost':
      return status('bad', 'status_lost');
    case 'failed':
      return status('bad', 'status_failed');
    case 'ready':
      return serviceStatus(tor.service.phase);
  }
}

function serviceStatus(phase: AppState['tor']['service']['phase']): Status {
  switch (phase) {
    case 'none':
      return status('good', 'status_connected');
    case 'publishing':
      return status('busy', 'status_publishing');
    case 'published':
      return status('good', 'status_reachable');
    case 'failed':
      return status('bad', 'status_unpublished');
  }
}
