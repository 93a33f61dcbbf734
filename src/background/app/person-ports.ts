import type { SpaceName } from '../../domain/space/name.ts';
import type { PeerSync } from '../../sync/ports.ts';
import type { DoorsPorts } from './doors.ts';
import type { ForumPorts } from './forums/forums.ts';
import type { FriendshipPorts } from './friends/friendships.ts';
import type { OpenInbox } from './friends/inbox.ts';
import type { Missing } from './refused/missing.ts';
import type { Refusals } from './refused/refusals.ts';
import type { PublicPorts } from './spaces/public-life.ts';
import type { StorageMeter } from './storage/storage.ts';

/** What a person needs of the world around them. */
export interface PersonPorts
  extends FriendshipPorts, PublicPorts, DoorsPorts, Pick<ForumPorts, 'later' | 'forget'> {
  readonly peers: PeerSync;
  readonly refusals: Refusals;
  readonly missing: Missing;
  /** The inbox is always at the host; `undefined` while there is none. */
  readonly openInbox: (name: SpaceName) => Promise<OpenInbox | undefined>;
  /** Erases documents of a space for good, here and at the host: nobody can bring them back. */
  readonly erase: (space: SpaceName, ids: readonly string[]) => Promise<void>;
  readonly meter: StorageMeter;
  /** Calls `talk.lives.sweep` in so many milliseconds, asleep by then or not; instead of what was wanted before. */
  readonly sweepIn: (milliseconds: number) => void;
}
