import { type Circle, type GossipRules, gossipTurn } from './gossip.ts';
import { type Schedule, standingsOf, toDial } from './scheduler.ts';

/** Of friends. Each dial may build a circuit, so Tor is not asked for many at a time. */
const dialsAtOnce = 6;

export interface Turn {
  readonly dial: readonly string[];
  /** Members whose connection is needed no more. */
  readonly drop: readonly string[];
  /** When to look again although nothing has happened. */
  readonly next: number | undefined;
}

/** What to do now: friends by the schedule, members of shared spaces by gossip. */
export function turnOf(circle: Circle, schedule: Schedule, now: number, rules: GossipRules): Turn {
  const standings = standingsOf(schedule, now);
  const { dial, drop, again } = gossipTurn(circle, schedule, now, rules, standings);
  const friends = toDial(standings, dialsAtOnce, (address) => !circle.isMember(address));
  const next = [standings.next, again].filter((at) => at !== undefined);
  return {
    dial: [...friends, ...dial],
    drop,
    next: next.length === 0 ? undefined : Math.min(...next),
  };
}
