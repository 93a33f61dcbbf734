import { documentId, type DocumentId } from '../document/id.ts';
import { LayeredMap } from '../layered.ts';
import { bytesOfName } from '../membership/operation.ts';
import { Packer, unpack } from '../packed.ts';
import { accept, type Result } from '../result.ts';
import { packEntry, packRefused, unpackEntry, unpackRefused } from './packed-entries.ts';
import type { ProjectBlogState } from './project-blog.ts';

/** Changed with anything that is packed here, or that follows from it otherwise. */
export const packedProjectBlogFormat = 'project-blog/1';

/** What to go on from later, without checking again what authors have written. */
export interface PackedProjectBlog {
  /** Documents that have to be read again, all of them, before anything else. */
  readonly log: readonly DocumentId[];
  /** The state with what was packed, of one that has the log again. */
  readonly restore: (state: ProjectBlogState) => ProjectBlogState;
}

/** What authors wrote, as it was checked when it came. The log is judged again each time: it is small, and all else rests on it. */
export function packProjectBlog({ log, refused, entries }: ProjectBlogState): Uint8Array {
  const to = new Packer();
  to.list(log.keys(), (name) => to.fixed(bytesOfName(name)));
  packRefused(refused, to);
  to.list(entries.values(), (entry) => packEntry(entry, to));
  return to.done();
}

export function unpackProjectBlog(bytes: Uint8Array): Result<PackedProjectBlog> {
  const unpacked = unpack(bytes, (from) => ({
    log: from.list(() => documentId('d', from.fixed(32))),
    refused: unpackRefused(from),
    entries: from.list(() => unpackEntry(from)),
  }));
  if (!unpacked.ok) return unpacked;
  const { log, refused, entries } = unpacked.value;
  const restore = (state: ProjectBlogState): ProjectBlogState => {
    const all = LayeredMap.draftOf(state.entries);
    const links = LayeredMap.draftOf(state.links);
    for (const entry of entries) {
      const { id, hash, author, key, seq, prev } = entry;
      all.set(entry.name, entry);
      // What the onion key itself has signed is in no device's chain.
      if (key !== author) links.set(id, { id, hash, author, key, seq, prev });
    }
    return { ...state, refused: new Map([...state.refused, ...refused]), entries: all, links };
  };
  return accept({ log, restore });
}
