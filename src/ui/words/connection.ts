import type { Connection, FriendView } from '../../protocol/page-calls.ts';
import type { MessageKey } from '../i18n/message-key.ts';
import type { Tone } from './tone.ts';

const connectionKeys: Record<Connection, MessageKey> = {
  unknown: 'connection_unknown',
  dialing: 'connection_dialing',
  online: 'connection_online',
  'up-to-date': 'connection_up_to_date',
  unreachable: 'connection_unreachable',
};

const connectionTones: Record<Connection, Tone> = {
  unknown: 'off',
  dialing: 'busy',
  online: 'good',
  'up-to-date': 'good',
  unreachable: 'off',
};

/** How things stand with a friend: an unanswered request says so before any connection does. */
export function friendState(friend: FriendView): { key: MessageKey; tone: Tone } {
  if (friend.state === 'requested') {
    return { key: friend.working ? 'friend_letter_working' : 'friend_requested', tone: 'busy' };
  }
  return { key: connectionKeys[friend.connection], tone: connectionTones[friend.connection] };
}
