import { describe, expect, it } from 'vitest';
import { refusals } from '../../src/domain/refusal.ts';
import type { AppState, FriendView } from '../../src/protocol/page-calls.ts';
import { idleTorStatus } from '../../src/protocol/tor-status.ts';
import type { TorStatus } from '../../src/protocol/tor-status.ts';
import { pluralKey } from '../../src/ui/i18n/plural-key.ts';
import { friendState } from '../../src/ui/words/connection.ts';
import { statusOf } from '../../src/ui/words/status.ts';
import { reasonKey, refusedInWords } from '../../src/ui/words/refused.ts';
import {
  asksForPassword,
  bridgesSentence,
  stepKey,
  torSentence,
  troubles,
} from '../../src/ui/words/tor.ts';

const connected: AppState['host'] = { phase: 'connected', version: '0.1.0' };
const tor = (part: Partial<TorStatus>): TorStatus => ({ ...idleTorStatus, ...part });

describe('the status line', () => {
  const line = (state: Partial<Pick<AppState, 'host' | 'tor' | 'route'>>) =>
    statusOf({ host: connected, tor: idleTorStatus, route: 'host-tor', ...state });

  it('is good only when friends can come in', () => {
    const service = { phase: 'published' } as const;
    expect(line({ tor: tor({ phase: 'ready', service }) })).toMatchObject({
      tone: 'good',
      key: 'status_reachable',
    });
    expect(line({ tor: tor({ phase: 'ready', service: { phase: 'failed' } }) })).toMatchObject({
      tone: 'bad',
      key: 'status_unpublished',
    });
  });

  it('tells how far Tor has come', () => {
    expect(line({ tor: tor({ phase: 'bootstrapping', progress: 45 }) })).toEqual({
      tone: 'busy',
      key: 'status_bootstrapping',
      values: [45],
    });
  });

  it('says what still works without the host', () => {
    const host = { phase: 'missing', code: 'host-missing' } as const;
    expect(line({ host, route: 'none' }).key).toBe('status_no_host');
    expect(line({ host, route: 'browser-tor' }).key).toBe('status_reading_only');
  });
});

describe('what is in Tor’s way', () => {
  it('is told beside the step it is at, once', () => {
    const warnings = ['tor-clock-wrong', 'tor-blocked'] as const;
    const status = tor({ phase: 'bootstrapping', code: 'tor-blocked', warnings: [...warnings] });
    expect(troubles(status)).toEqual(['tor-blocked', 'tor-clock-wrong']);
    expect(troubles(tor({ phase: 'ready', warnings: ['tor-version-old'] }))).toEqual([
      'tor-version-old',
    ]);
  });

  it('is not told twice when Tor has failed of it', () => {
    expect(troubles(tor({ phase: 'failed', code: 'bridge-program-missing' }))).toEqual([]);
  });
});

describe('the bridges that are set', () => {
  it.each([
    ['none', 0, { phase: 'ready', source: 'own' }, 'bridges_state_none'],
    ['while there is no Tor', 1, { phase: 'failed' }, 'bridges_state_set'],
    [
      'on the way in',
      1,
      { phase: 'bootstrapping', source: 'own', bridges: 1 },
      'bridges_state_trying',
    ],
    ['in use', 1, { phase: 'ready', source: 'own', bridges: 1 }, 'bridges_state_used'],
    ['beside another Tor', 1, { phase: 'ready', source: 'system' }, 'bridges_state_other_tor'],
  ] as const)('are told of: %s', (_, set, status, key) => {
    expect(bridgesSentence(set, tor(status))).toBe(key);
  });
});

describe('what Tor is doing', () => {
  it('is told step by step', () => {
    expect(stepKey(undefined)).toBe('tor_step_connect');
    expect(stepKey('conn_dir')).toBe('tor_step_connect');
    expect(stepKey('handshake_dir')).toBe('tor_step_handshake');
    expect(stepKey('requesting_status')).toBe('tor_step_directory');
    expect(stepKey('loading_keys')).toBe('tor_step_directory');
    expect(stepKey('loading_descriptors')).toBe('tor_step_descriptors');
    expect(stepKey('ap_handshake')).toBe('tor_step_circuit');
    expect(stepKey('done')).toBe('tor_step_done');
    expect(stepKey('a_step_of_tomorrow')).toBe('tor_step_connect');
  });

  it('is told with what to do when it failed', () => {
    expect(torSentence(tor({ phase: 'failed', code: 'tor-refused' }))).toBe('code_tor_refused');
    expect(torSentence(tor({ phase: 'lost' }))).toBe('code_tor_lost');
  });

  it('asks for a password where one is missing, and not once a Tor works', () => {
    const attempts: TorStatus['attempts'] = [
      {
        candidate: '127.0.0.1:9051',
        origin: 'system',
        outcome: 'refused',
        code: 'tor-wrong-password',
      },
    ];
    expect(asksForPassword(tor({ phase: 'failed', attempts }))).toBe(true);
    expect(asksForPassword(tor({ phase: 'ready', attempts }))).toBe(false);
    expect(asksForPassword(tor({ phase: 'failed', code: 'tor-not-found' }))).toBe(false);
  });
});

describe('how things stand with a friend', () => {
  const friend = (part: Partial<FriendView>): FriendView => ({
    address: '',
    petname: 'Bob',
    name: 'Bob',
    state: 'friend',
    connection: 'unknown',
    verified: false,
    safetyPhrase: '',
    keys: [],
    unreadMessages: 0,
    muted: false,
    ...part,
  });

  it('is the request first, then the connection', () => {
    expect(friendState(friend({ state: 'requested', connection: 'unreachable' })).key).toBe(
      'friend_requested',
    );
    expect(friendState(friend({ connection: 'up-to-date' }))).toEqual({
      key: 'connection_up_to_date',
      tone: 'good',
    });
    expect(friendState(friend({ connection: 'unreachable' })).tone).toBe('off');
  });
});

describe('what was refused', () => {
  it('has words for every reason the domain can give', () => {
    expect(refusals.filter((refusal) => reasonKey(refusal) === 'refused_unknown')).toEqual([]);
  });

  it('is counted in words, most frequent first', () => {
    expect(
      refusedInWords({ malformed: 2, 'bad-signature': 1, 'wrong-author': 4, strange: 1 }),
    ).toEqual([
      { key: 'refused_forged', count: 5 },
      { key: 'refused_damaged', count: 2 },
      { key: 'refused_unknown', count: 1 },
    ]);
    expect(refusedInWords({ malformed: 0 })).toEqual([]);
  });
});

describe('numbers', () => {
  it('choose the singular by the rule of the language', () => {
    expect(pluralKey('nav_unread', 1, 'en')).toBe('nav_unread_one');
    expect(pluralKey('nav_unread', 0, 'en')).toBe('nav_unread_other');
    expect(pluralKey('nav_unread', 2, 'de')).toBe('nav_unread_other');
  });
});
