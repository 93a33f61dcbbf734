import { statedKind, type DocumentId } from '../document/id.ts';
import { isSignedByOnion, openSignedDocument } from '../document/signed.ts';
import { toHex } from '../bytes.ts';
import { addOperations } from '../membership/add.ts';
import { nameOf, personOf, type OperationName, type PersonKey } from '../membership/operation.ts';
import { emptyMembership, type MembershipState } from '../membership/state.ts';
import { viewFrom, type MembershipView } from '../membership/view.ts';
import { pastOfWriter, type Writer } from '../membership/writing.ts';
import { LayeredMap } from '../layered.ts';
import type { Refusal } from '../refusal.ts';
import { accept, refuse, type Result } from '../result.ts';
import { decodeFarewell } from '../types/farewell-content.ts';
import { entryChains, type EntryChain } from './chains-of-entries.ts';
import type { ChainLink } from './chains.ts';
import type { ProjectBlogCharter } from './charter-content.ts';
import { membershipCharterOf, type CharteredSpace } from './charter.ts';
import { discuss, type Discussion } from './discussion.ts';
import { readEntry, type Entry, type EntryName } from './entry.ts';
import type { Farewell } from './farewells.ts';
import { memberJudge } from './member-judge.ts';
import { idForDiagnosis, noteRefusal } from './refused.ts';

/**
 * What is known of a public project blog, whose authors admit each other: a value that
 * `addToProjectBlog` makes anew and never changes.
 */
export interface ProjectBlogState {
  readonly space: CharteredSpace<ProjectBlogCharter>;
  readonly membership: MembershipState;
  readonly entries: ReadonlyMap<EntryName, Entry>;
  readonly farewells: ReadonlyMap<OperationName, Writer & { readonly farewell: Farewell }>;
  /** What is no entry, with the time that its author claims. */
  readonly log: ReadonlyMap<OperationName, number>;
  readonly links: ReadonlyMap<DocumentId, ChainLink & { readonly author: PersonKey }>;
  readonly refused: ReadonlyMap<string, Refusal>;
}

export interface ProjectBlog extends Omit<Discussion, 'refused'> {
  readonly state: ProjectBlogState;
  readonly membership: MembershipView;
  readonly chains: readonly EntryChain[];
  readonly refused: ReadonlyMap<string, Refusal>;
}

/** Whoever follows a blog knows its charter: the name is its hash. `wrong-space` for other kinds. */
export function emptyProjectBlog(space: CharteredSpace): Result<ProjectBlogState> {
  const { charter } = space;
  const membership = membershipCharterOf(space);
  if (charter.kind !== 'project-blog' || membership === undefined) return refuse('wrong-space');
  return accept({
    space: { ...space, charter },
    membership: emptyMembership(membership),
    entries: new Map(),
    farewells: new Map(),
    log: new Map(),
    links: new Map(),
    refused: new Map(),
  });
}

/** The state with these documents too; bodies and pieces of files are passed over. */
export function addToProjectBlog(
  state: ProjectBlogState,
  documents: readonly unknown[],
): ProjectBlogState {
  const entries = LayeredMap.draftOf(state.entries);
  const farewells = LayeredMap.draftOf(state.farewells);
  const log = LayeredMap.draftOf(state.log);
  const links = LayeredMap.draftOf(state.links);
  const refused = LayeredMap.draftOf(state.refused);
  const operations: unknown[] = [];
  for (const json of documents) {
    const kind = statedKind(json);
    if (kind === 'b' || kind === 'f') continue;
    const opened = openSignedDocument(json, state.space.id);
    if (!opened.ok) {
      noteRefusal(refused, { id: idForDiagnosis(json), code: opened.code });
      continue;
    }
    const { type, content, id, hash, key, seq, prev, parents, time } = opened.value;
    const author = personOf(opened.value.author);
    const entry = readEntry(opened.value);
    if (entry.ok) entries.set(entry.value.name, entry.value);
    else {
      log.set(nameOf(hash), time);
      operations.push(json);
    }
    if (!isSignedByOnion(opened.value)) {
      links.set(id, { id, hash, author, key: toHex(key), seq, prev });
    }
    const said = type === 'farewell' ? decodeFarewell(content) : undefined;
    if (said?.ok === true) {
      const { decision, last } = said.value;
      farewells.set(nameOf(hash), {
        author,
        key: toHex(key),
        parents: parents.map(nameOf),
        farewell: { author, decision: nameOf(decision), last: last.map(nameOf) },
      });
    }
  }
  const membership = addOperations(state.membership, operations);
  return { ...state, membership, entries, farewells, log, links, refused };
}

/** What it amounts to from an anchor (null: the genesis). Refuses with `unknown-anchor`. */
export function viewProjectBlog(
  state: ProjectBlogState,
  anchor: Uint8Array | null,
): Result<ProjectBlog> {
  const viewed = viewFrom(state.membership, anchor);
  if (!viewed.ok) return viewed;
  const farewells = [...state.farewells.values()]
    .filter((one) => pastOfWriter(one, state.membership).ok)
    .map(({ farewell }) => farewell);
  const discussion = discuss(
    state.entries,
    memberJudge({
      charter: state.space.charter,
      view: viewed.value,
      others: state.log,
      farewells,
      links: state.links.values(),
    }),
  );
  return accept({
    ...discussion,
    state,
    membership: viewed.value,
    refused: new Map([...state.refused, ...discussion.refused]),
    chains: entryChains(state.links.values()),
  });
}

/** A whole project blog from all documents of its space, in any order. */
export function evaluateProjectBlog(
  documents: readonly unknown[],
  space: CharteredSpace,
  anchor: Uint8Array | null,
): Result<ProjectBlog> {
  const empty = emptyProjectBlog(space);
  return empty.ok ? viewProjectBlog(addToProjectBlog(empty.value, documents), anchor) : empty;
}
