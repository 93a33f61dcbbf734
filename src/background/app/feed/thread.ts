import type { EntryName } from '../../../domain/space/entry.ts';
import type { SpacePost } from '../spaces/open-space.ts';

/**
 * The names of all posts of a thread: what a post answers, all the way up, and whatever answers any of those. A
 * post that was taken back divides it, as nobody knows any more what it said.
 */
export function threadOf(
  post: SpacePost,
  posts: ReadonlyMap<string, SpacePost>,
): ReadonlySet<EntryName> {
  const byName = new Map<EntryName, SpacePost>();
  const answering = new Map<EntryName, EntryName[]>();
  for (const one of posts.values()) {
    byName.set(one.name, one);
    for (const name of one.answers) answering.set(name, [...(answering.get(name) ?? []), one.name]);
  }
  const thread = new Set<EntryName>();
  const open: EntryName[] = [post.name];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const one = byName.get(name);
    if (one === undefined || thread.has(name)) continue;
    thread.add(name);
    open.push(...one.answers, ...(answering.get(name) ?? []));
  }
  return thread;
}
