import { publicKeyFromAddress, type OnionAddress } from '../../src/domain/address.ts';
import { profileSpace } from '../../src/domain/space/charter.ts';
import {
  evaluateProfile,
  type ProfileEvaluation,
} from '../../src/domain/space/evaluate-profile.ts';
import type { SpaceName } from '../../src/domain/space/name.ts';
import type { HostStore } from '../store/store.ts';

/** Who we say we are, from our own profile space. */
export interface PublicPerson {
  /** `undefined` while there is no profile, or none that is ours. */
  read(address: OnionAddress): Promise<ProfileEvaluation | undefined>;
}

/** Far more than a profile that is edited by hand ever has. */
const mostDocuments = 5_000;

export function profileNameOf(address: OnionAddress): SpaceName {
  return profileSpace(publicKeyFromAddress(address)).name;
}

/** Checks signatures only when something in the space has changed: visitors may come in numbers. */
export function createPublicPerson(store: HostStore): PublicPerson {
  let known: { version: string; person: ProfileEvaluation | undefined } | undefined;
  return {
    async read(address) {
      const database = store.database(profileNameOf(address));
      if (database === undefined) return undefined;
      const { updateSeq } = await database.info();
      const version = `${database.name} ${database.incarnation} ${updateSeq}`;
      if (known?.version === version) return known.person;
      const page = await database.changes({
        since: 0,
        limit: mostDocuments,
        includeDocs: true,
        livingOnly: true,
      });
      const documents = page.results.map((change) => change.doc);
      const evaluated = evaluateProfile(documents, address);
      known = { version, person: evaluated.ok ? evaluated.value : undefined };
      return known.person;
    },
  };
}
