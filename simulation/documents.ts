/** Several people's database: a forum, one's feed and its readers, or a conversation. */
export interface Shared {
  readonly kind: 'forum' | 'feed' | 'conversation';
  readonly name: string;
  readonly members: readonly number[];
  /** Where each member stands in `members`. */
  readonly place: ReadonlyMap<number, number>;
  readonly written: Written[];
}

/** One post or message. */
export interface Written {
  readonly shared: Shared;
  readonly author: number;
  readonly at: number;
  /** Documents it consists of. */
  readonly documents: number;
  /** By place in `shared.members`: when it came to them; `nowhere` for those who don't have it. */
  readonly arrived: Float64Array;
  /** By place: who was online when it was written. `undefined`: written outside the counted time. */
  readonly online: Uint8Array | undefined;
}

export function sharedOf(kind: Shared['kind'], name: string, members: readonly number[]): Shared {
  const place = new Map(members.map((member, at) => [member, at]));
  return { kind, name, members, place, written: [] };
}

export const nowhere = -1;

export function has({ shared, arrived }: Written, person: number): boolean {
  const place = shared.place.get(person);
  return place !== undefined && arrived[place] !== nowhere;
}

/** Whether the one who dials is told of it by the other: a feed goes from its author to readers only, and back to its author. */
export function concerns({ shared, author }: Written, from: number, to: number): boolean {
  if (!shared.place.has(from) || !shared.place.has(to)) return false;
  return shared.kind !== 'feed' || author === to || author === from;
}
