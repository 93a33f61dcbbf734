import { givenUp, tooMany } from '../messages/http-error.ts';

export interface TurnLimits {
  /** Tasks under way at once, of all callers. */
  readonly atOnce: number;
  /** And of one caller. */
  readonly ofOne: number;
  /** Tasks of one caller that wait; one more is refused. */
  readonly waiting: number;
}

/** Lets callers take turns, so that who asks a hundred times delays who asks once by a task or two, not by a hundred. */
export interface Turns {
  /**
   * Runs the task when it is this caller's turn. Throws 429 if too many of theirs wait already; what
   * nobody waits for any more when its turn comes is not run.
   */
  run<T>(caller: string, task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface Lane {
  running: number;
  /** Calls off the wait, or begins the task. */
  readonly waiting: (() => void)[];
}

export function createTurns(limits: TurnLimits): Turns {
  /** Whoever had a turn goes to the end. */
  const lanes = new Map<string, Lane>();
  let running = 0;

  const next = (): boolean => {
    for (const [caller, lane] of lanes) {
      if (lane.running >= limits.ofOne) continue;
      const begin = lane.waiting.shift();
      if (begin === undefined) continue;
      lanes.delete(caller);
      lanes.set(caller, lane);
      lane.running += 1;
      running += 1;
      begin();
      return true;
    }
    return false;
  };
  const goOn = (): void => {
    while (running < limits.atOnce && next());
  };
  const leave = (caller: string, lane: Lane): void => {
    running -= 1;
    lane.running -= 1;
    if (lane.running === 0 && lane.waiting.length === 0) lanes.delete(caller);
    goOn();
  };
  return {
    async run(caller, task, signal) {
      const lane = lanes.get(caller) ?? { running: 0, waiting: [] };
      if (lane.waiting.length >= limits.waiting) {
        throw tooMany(`At most ${limits.waiting} requests of one caller wait for an answer.`);
      }
      lanes.set(caller, lane);
      const turn = new Promise<void>((resolve) => lane.waiting.push(resolve));
      goOn();
      await turn;
      try {
        if (signal?.aborted === true) throw givenUp();
        return await task();
      } finally {
        leave(caller, lane);
      }
    },
  };
}
