import { noArguments } from './arguments.ts';

/** What others sent that was refused. */
export const refusedCalls = {
  refused: noArguments,
  /** Counts from nothing again. */
  clearRefused: noArguments,
} as const;

export interface RefusedResults {
  refused: RefusedView;
  clearRefused: null;
}

/** By who brought it, whoever came last first. */
export interface RefusedView {
  people: RefusedPerson[];
}

export interface RefusedPerson {
  /** Absent for all who can't be told apart. */
  address?: string;
  /** The petname; absent for who is no friend. */
  name?: string;
  /** Milliseconds since 1970: when counting began, and when the last of it came. */
  since: number;
  last: number;
  /** How many for which reason: a refusal of the domain's, or a code. */
  counts: Record<string, number>;
}
