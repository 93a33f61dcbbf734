import { CodedError } from '../../protocol/codes.ts';
import type { Home } from '../home.ts';
import { withNewDevice } from '../identity.ts';
import type { OwnSettings } from '../own-settings.ts';
import type { Safe } from '../safe/safe.ts';
import { NewPlace, type Place } from './new-place.ts';

export interface RestoresParts {
  readonly settings: Pick<OwnSettings, 'value' | 'remember'>;
  readonly safe: Pick<Safe, 'keys' | 'keep' | 'begin'>;
  /** One after the other with all else that begins and ends a life. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Throws CodedErrors `identity-exists`, `not-ready` unless nobody is here yet. */
  readonly needNobody: () => void;
  /** Where databases are, once that is known. */
  readonly place: () => Place | undefined;
  /** What an open life works on. Throws as `LifeKeeper.person` does. */
  readonly home: () => Home;
  /** Ends the life that is open, if one is, and opens it anew by the keys that are kept now. */
  readonly begin: () => Promise<{ address: string }>;
}

/** How what was backed up becomes somebody's life, or a part of it. */
export class Restores {
  readonly #parts: RestoresParts;
  #unfinished: NewPlace | undefined;

  constructor(parts: RestoresParts) {
    this.#parts = parts;
  }

  /** Where a backup of this root can be written. Throws CodedErrors `identity-exists`, `not-ready`. */
  begin(root: Uint8Array): Promise<NewPlace> {
    return this.#parts.inTurn(async () => {
      this.#parts.needNobody();
      const place = this.#parts.place();
      if (!place) throw new CodedError('not-ready');
      await this.dropUnfinished();
      // Said first: whatever dies from here on, the next start knows what lies there.
      await this.#parts.settings.remember({ restoring: place.mode });
      this.#unfinished = await NewPlace.begin(place, root);
      return this.#unfinished;
    });
  }

  /**
   * All of it is there: its keys are kept last, and so it is theirs. Throws CodedError `cancelled` for what was dropped.
   *
   * @param passphrase before the keys from the first write on; without, as keys are kept here already
   */
  finish(place: NewPlace, passphrase: string | undefined): Promise<{ address: string }> {
    const { inTurn, settings, safe } = this.#parts;
    return inTurn(async () => {
      if (this.#unfinished !== place) throw new CodedError('cancelled');
      await place.close();
      await settings.remember({ home: place.mode });
      if (passphrase === undefined) await safe.keep(place.keys, place.table);
      else await safe.begin(place.keys, passphrase, place.table);
      this.#unfinished = undefined;
      return this.#parts.begin();
    });
  }

  drop(place: NewPlace): Promise<void> {
    return this.#parts.inTurn(async () => {
      if (this.#unfinished === place) await this.dropUnfinished();
    });
  }

  /**
   * Changes what lies in the vault in a way that an open life doesn't expect, and goes on with it as a new
   * device: what was set back must not be gone on with by the old one. Throws CodedError `not-ready`.
   */
  refit(change: (home: Home) => Promise<void>): Promise<{ address: string }> {
    const { inTurn, safe, home } = this.#parts;
    return inTurn(async () => {
      const { keys } = safe;
      if (!keys || keys.leaving !== undefined) throw new CodedError('not-ready');
      const here = home();
      await safe.keep(withNewDevice(keys));
      await change(here);
      return this.#parts.begin();
    });
  }

  /** Before anybody begins here, in turn: of what was not restored to its end, now or before the browser died, nothing stays. */
  async dropUnfinished(): Promise<void> {
    const { settings, place } = this.#parts;
    const { restoring } = settings.value;
    const unfinished = this.#unfinished;
    this.#unfinished = undefined;
    const here = place();
    if (unfinished) await unfinished.discard();
    else if (here && restoring === here.mode) await here.erase();
    if (unfinished || restoring === here?.mode) await settings.remember({ restoring: null });
  }

  /** Nobody is here: what a crash left is erased, what is on its way goes on. */
  async tidy(): Promise<void> {
    if (!this.#unfinished && this.#parts.settings.value.restoring) await this.dropUnfinished();
  }

  /** Whose keys are kept has all of it. */
  async settled(): Promise<void> {
    const { settings } = this.#parts;
    if (settings.value.restoring) await settings.remember({ restoring: null });
  }
}
