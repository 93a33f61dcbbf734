/** How long silence is borne, in milliseconds. */
export interface Patience {
  /** Until the answer begins. Tor gives up on a circuit after two minutes by itself. */
  readonly connect: number;
  /** Between two pieces of the answer. */
  readonly idle: number;
  /** For the whole answer, however lively it is. */
  readonly total: number;
}

export const patience: Patience = { connect: 90_000, idle: 45_000, total: 600_000 };

/** For a long-poll whose server shows every `heartbeat` that it is there: the answer may take its time. */
export function longPollPatience(heartbeat: number): Patience {
  return { connect: patience.connect, idle: heartbeat * 2 + 15_000, total: 3_600_000 };
}
