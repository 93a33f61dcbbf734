import { society } from './assumptions.ts';
import type { Chance } from './chance.ts';

/** Who knows whom, by number. */
export interface Population {
  readonly friends: readonly ReadonlySet<number>[];
  readonly forums: readonly (readonly number[])[];
}

/** A small world: most friends are near on a ring, some are anywhere; forums are made of neighbourhoods, too. */
export function populationOf(people: number, chance: Chance): Population {
  const friends = Array.from({ length: people }, () => new Set<number>());
  const near = Math.min(society.neighbourhood, Math.floor((people - 1) / 2));
  const neighbour = (of: number, reach: number): number =>
    (of + people + (1 + chance.below(reach)) * (chance.yes(0.5) ? 1 : -1)) % people;
  for (let each = 0; each < people; each += 1) {
    // A friendship counts on both sides. Half as many are below the median as above, so the mean is a little higher.
    const wanted = Math.min(chance.lognormal(society.friends * 0.47, 0.5), people / 4);
    for (let made = 0; made < wanted; made += 1) {
      const other = chance.yes(society.farFriends) ? chance.below(people) : neighbour(each, near);
      if (other === each) continue;
      friends[each]?.add(other);
      friends[other]?.add(each);
    }
  }
  const forums: number[][] = [];
  const wanted = people * society.forums;
  for (let memberships = 0; memberships < wanted;) {
    const size = Math.min(forumSize(chance), wanted - memberships + society.smallestForum, people);
    const centre = chance.below(people);
    const members = new Set([centre]);
    const reach = Math.max(1, Math.min(Math.floor(people / 2) - 1, Math.max(near, size)));
    while (members.size < size) {
      const isNear = chance.yes(society.nearMembers);
      members.add(isNear ? neighbour(centre, reach) : chance.below(people));
    }
    forums.push([...members]);
    memberships += size;
  }
  return { friends, forums };
}

/** Many small ones, few large ones: a power law between the smallest and the largest. */
function forumSize(chance: Chance): number {
  const { smallestForum, largestForum, forumExponent } = society;
  const power = 1 - forumExponent;
  const [low, high] = [smallestForum ** power, (largestForum + 1) ** power];
  return Math.floor((low + chance.fraction() * (high - low)) ** (1 / power));
}
