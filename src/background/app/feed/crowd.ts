import type { PersonKey } from '../../../domain/membership/operation.ts';
import type { OpenSpace } from '../spaces/open-space.ts';
import type { Entry } from './order.ts';

/** Posts of one person in one space and day that stand among those of all others. */
export const mostADay = 200;
export const dayLength = 86_400_000;

export function dayOf(time: number): number {
  return Math.floor(time / dayLength);
}

/** What somebody wrote beyond that: it is on the page of its space only, and nobody is told that it is unread. */
export interface Crowd {
  readonly aside: ReadonlySet<string>;
  /** By the last post of theirs that stands among the others: how many more there are that day. */
  readonly more: ReadonlyMap<string, number>;
}

interface Counted {
  day: number;
  posts: number;
  last: string;
}

/**
 * Who floods a space must not hide what others write. The first ones of a day stay, so that what was shown is
 * shown; one's own are never put aside. By the time shown: who dates a flood back has it among what is old.
 *
 * @param entries newest first
 */
export function crowdIn(entries: readonly Entry[], isMine: (entry: Entry) => boolean): Crowd {
  const aside = new Set<string>();
  const more = new Map<string, number>();
  const counted = new Map<OpenSpace, Map<PersonKey, Counted>>();
  for (const entry of entries.toReversed()) {
    const { post, space, time } = entry;
    const people = counted.get(space) ?? new Map<PersonKey, Counted>();
    counted.set(space, people);
    const today = dayOf(time);
    const before = people.get(post.author);
    const theirs = before?.day === today ? before : { day: today, posts: 0, last: post.id };
    people.set(post.author, theirs);
    theirs.posts += 1;
    if (theirs.posts <= mostADay) theirs.last = post.id;
    else if (!isMine(entry)) {
      aside.add(post.id);
      more.set(theirs.last, (more.get(theirs.last) ?? 0) + 1);
    }
  }
  return { aside, more };
}
