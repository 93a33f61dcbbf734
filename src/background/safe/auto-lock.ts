import { inUseIn, inUseItem, isUnused, opennessLeft } from '../../protocol/in-use.ts';
import type { Clock } from '../../store/clock.ts';
import type { SessionArea } from '../../store/ports.ts';

export interface AutoLockPorts {
  /** The browser's memory: what was used when outlasts the background's sleep. */
  readonly session: SessionArea;
  readonly clock: Clock;
  /** Has the browser start us in so many milliseconds, should it have put us to sleep by then. */
  readonly wakeIn: (milliseconds: number) => void;
  readonly lock: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}

/** Locks by itself when nobody has used Network25 for as long as the person chose. */
export class AutoLock {
  readonly #ports: AutoLockPorts;
  #minutes: number | undefined;
  /** When it was used last, as far as that is known. */
  #at: number | undefined;
  #stopTimer: () => void = () => undefined;

  constructor(ports: AutoLockPorts) {
    this.#ports = ports;
  }

  /** Whether the time was over while the background slept: to be asked before anything is opened. */
  async isOver(): Promise<boolean> {
    const items = await this.#ports.session.get([inUseItem]);
    const used = inUseIn(items[inUseItem]);
    if (!used) return false;
    this.#at = used.at;
    return isUnused(used, this.#ports.clock.now());
  }

  /** @param minutes without use before it locks; `undefined` for never, and while nothing is open */
  follow(minutes: number | undefined): void {
    if (minutes === this.#minutes) return;
    const isAwoken = this.#minutes === undefined && this.#at !== undefined;
    this.#minutes = minutes;
    if (minutes === undefined) {
      this.#stopTimer();
      this.#at = undefined;
      void this.#ports.session.remove([inUseItem]).catch(this.#ports.failed);
    } else if (isAwoken) {
      // Whatever woke the background was not the person.
      this.#wait(minutes);
    } else {
      this.#use(minutes);
    }
  }

  /** The person is there. */
  used(): void {
    if (this.#minutes === undefined) return;
    // The timer of a machine that slept comes late.
    const used = { at: this.#at ?? 0, minutes: this.#minutes };
    if (isUnused(used, this.#ports.clock.now())) this.#lock();
    else this.#use(this.#minutes);
  }

  #use(minutes: number): void {
    const { clock, session, failed } = this.#ports;
    this.#at = clock.now();
    void session.set({ [inUseItem]: { at: this.#at, minutes } }).catch(failed);
    this.#wait(minutes);
  }

  #wait(minutes: number): void {
    const { clock, wakeIn } = this.#ports;
    const left = opennessLeft({ at: this.#at ?? 0, minutes }, clock.now());
    this.#stopTimer();
    this.#stopTimer = clock.after(left, () => this.#lock());
    // A little later: who is awake has locked by then.
    wakeIn(left + 1_000);
  }

  #lock(): void {
    this.#stopTimer();
    void this.#ports.lock().catch(this.#ports.failed);
  }
}
