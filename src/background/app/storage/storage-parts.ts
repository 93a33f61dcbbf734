import type { StoragePart } from '../../../protocol/page-calls/storage.ts';
import type { HostStorage } from '../../../store/host-storage.ts';
import { vaultDatabase } from '../../../store/vault-home.ts';
import { conversationsWith, type OwnSpaces } from '../access.ts';
import type { Friend } from '../friends/friend-book.ts';
import type { OpenSpace } from '../spaces/open-space.ts';
import { formsDatabase } from '../stored/stored-forms.ts';

export interface WhoseParts {
  readonly own: OwnSpaces;
  readonly friends: readonly Friend[];
  readonly spaces: readonly Pick<OpenSpace, 'name' | 'kind' | 'title'>[];
}

type Whose = Omit<StoragePart, 'bytes'>;

/** To whom or what each byte on the disk belongs, the largest first. The sum is `all`. */
export function storageParts({ databases, all }: HostStorage, parts: WhoseParts): StoragePart[] {
  const byKey = new Map<string, StoragePart>();
  const add = (whose: Whose, bytes: number): void => {
    const key = whose.space?.name ?? whose.friend?.address ?? whose.what;
    byKey.set(key, { ...whose, bytes: (byKey.get(key)?.bytes ?? 0) + bytes });
  };
  const whoseIs = whoseByName(parts);
  let counted = 0;
  for (const [name, bytes] of databases) {
    counted += bytes;
    add(whoseIs.get(name) ?? { what: 'rest' }, bytes);
  }
  add({ what: 'rest' }, Math.max(0, all - counted));
  return [...byKey.values()].toSorted((a, b) => b.bytes - a.bytes);
}

function whoseByName({ own, friends, spaces }: WhoseParts): Map<string, Whose> {
  const whose = new Map<string, Whose>([
    [vaultDatabase, { what: 'safe' }],
    [formsDatabase, { what: 'safe' }],
    [own.inbox, { what: 'letters' }],
    [own.profile, { what: 'profiles' }],
  ]);
  for (const friend of friends) {
    const { address, petname } = friend.record;
    whose.set(friend.profileName, { what: 'profiles' });
    for (const name of conversationsWith(friend)) {
      whose.set(name, { what: 'conversation', friend: { address, petname } });
    }
  }
  for (const { name, kind, title } of spaces) {
    whose.set(name, { what: 'space', space: { name, kind, title } });
  }
  return whose;
}
