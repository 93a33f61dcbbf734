import { course, hour, second } from './assumptions.ts';
import { nowhere, type Written } from './documents.ts';
import type { Session } from './presence.ts';
import { causes, type Cause } from './traffic.ts';
import type { World } from './world.ts';

/** How long it took to one kind of readers, in seconds, sorted; `Infinity` for those who never got it. */
export interface Delivery {
  readonly what: string;
  readonly online: readonly number[];
  readonly all: readonly number[];
  /** Of those who were away: from their coming online. */
  readonly afterComing: readonly number[];
}

export interface Results {
  readonly people: number;
  readonly seed: number;
  readonly forums: number;
  readonly deliveries: readonly Delivery[];
  /** Bytes sent and received in a day by a person, on average, by what for. */
  readonly bytes: Readonly<Record<Cause, number>>;
  readonly requests: number;
  readonly pushes: number;
  readonly dials: number;
  readonly vainDials: number;
  readonly memberDials: number;
  readonly firstContacts: number;
  /** Of a person in a day. */
  readonly hoursOnline: number;
  /** Held at once by those who are online, sorted. */
  readonly longPolls: readonly number[];
}

/** Forums by size: from, and up to. */
const sizes = [
  [3, 9],
  [10, 49],
  [50, 199],
  [200, 500],
] as const;

const kinds = [
  'a message to a friend',
  'a post to friends',
  ...sizes.map(([from, to]) => `a post in a forum of ${from} to ${to}`),
];

function kindOf({ shared }: Written): string | undefined {
  if (shared.kind === 'conversation') return kinds[0];
  if (shared.kind === 'feed') return kinds[1];
  return kinds[2 + sizes.findIndex(([, to]) => shared.members.length <= to)];
}

export function resultsOf(world: World, seed: number): Results {
  const { traffic, nodes, sessions, longPollsSeen } = world;
  const people = nodes.length;
  const each = (count: number): number => count / people;
  const { from, until } = world.counted;
  const online = sessions.flat().reduce((sum, [a, b]) => sum + overlap([a, b], [from, until]), 0);
  return {
    people,
    seed,
    forums: world.forums.size,
    deliveries: deliveriesOf(world),
    // What one sends another one receives.
    bytes: Object.fromEntries(
      causes.map((cause) => [cause, each(2 * traffic.bytes[cause])]),
    ) as Record<Cause, number>,
    requests: each(traffic.requests),
    pushes: each(traffic.pushes),
    dials: each(traffic.dials),
    vainDials: each(traffic.vainDials),
    memberDials: each(traffic.memberDials),
    firstContacts: each(traffic.firstContacts),
    hoursOnline: each(online) / hour,
    longPolls: longPollsSeen.toSorted((a, b) => a - b),
  };
}

function deliveriesOf({ written, sessions }: World): Delivery[] {
  const found = new Map(
    kinds.map((what) => [
      what,
      { online: [] as number[], all: [] as number[], afterComing: [] as number[] },
    ]),
  );
  for (const each of written) {
    const into = found.get(kindOf(each) ?? '');
    if (!into) continue;
    each.arrived.forEach((arrived, place) => {
      const member = each.shared.members[place] ?? 0;
      if (member === each.author) return;
      const since = (moment: number) =>
        arrived === nowhere ? Infinity : (arrived - moment) / second;
      if (each.at + course.followed <= course.whole) into.all.push(since(each.at));
      if (each.online?.[place] === 1) into.online.push(since(each.at));
      else if (each.at + course.followed <= course.whole) {
        const came = nextStart(sessions[member] ?? [], each.at);
        if (came !== undefined) into.afterComing.push(since(came));
      }
    });
  }
  const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
  return [...found].map(([what, { online, all, afterComing }]) => ({
    what,
    online: sorted(online),
    all: sorted(all),
    afterComing: sorted(afterComing),
  }));
}

const nextStart = (sessions: readonly Session[], after: number): number | undefined =>
  sessions.find(([from]) => from >= after)?.[0];

const overlap = ([a, b]: Session, [from, until]: Session): number =>
  Math.max(0, Math.min(b, until) - Math.max(a, from));

/** The value which this share of sorted numbers does not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Which share of sorted numbers is at most this. */
export function shareWithin(sorted: readonly number[], most: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) <= most) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}

export const followed = course.followed / second;
