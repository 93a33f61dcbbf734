import type { DeviceKeys } from '../../domain/keys.ts';
import type { Identity } from '../../domain/identity.ts';
import type { Random } from '../../domain/sodium.ts';
import type { Topic } from '../../protocol/page-calls.ts';
import type { SpaceStores, Vault } from '../../store/ports.ts';
import type { Drafts } from './drafts/drafts.ts';
import type { StoredWords } from './search/stored-words.ts';
import type { StoredForms } from './stored/stored-forms.ts';

/** The person at this machine: the only room that holds these keys. */
export interface Me {
  readonly identity: Identity;
  readonly device: DeviceKeys;
  /** Who they were at the address they are leaving, until that is done. */
  readonly leaving?: Identity;
}

export interface RefusedAbout {
  /** The address of who brought it, where that is known; else it is asked of who brought `document`. */
  readonly by?: string | undefined;
  readonly count?: number;
  /** It lies in a database and will be read again: it counts once, in the run in which it came. */
  readonly document?: string;
}

/** What every part of the application works with. */
export interface Context {
  readonly me: Me;
  readonly stores: SpaceStores;
  readonly vault: Vault;
  /** What was worked out from documents before, so that it needn't be again. */
  readonly forms: StoredForms;
  /** By which words it is found. */
  readonly words: StoredWords;
  /** What is being written here. */
  readonly drafts: Drafts;
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Tells the pages what to ask for again. */
  readonly changed: (...topics: Topic[]) => void;
  /** Tells how many of the spaces that are shown have been read, of how many. */
  readonly opening?: ((done: number, of: number) => void) | undefined;
  /** Counts what came from outside and was refused for good. */
  readonly refused: (code: string, about?: RefusedAbout) => void;
  /**
   * Takes the error of work that nobody waits for. That the host went away, or that we are closing, is
   * none: such work is done again later. Anything else is a bug and shows in the browser's console.
   */
  readonly failed: (error: unknown) => void;
}
