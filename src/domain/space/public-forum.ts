import { toHex } from '../bytes.ts';
import { statedKind } from '../document/id.ts';
import { openSignedDocument } from '../document/signed.ts';
import { nameOf, personOf, type PersonKey } from '../membership/operation.ts';
import { LayeredMap, LayeredSet } from '../layered.ts';
import type { Refusal } from '../refusal.ts';
import { refuse, type Result } from '../result.ts';
import { readCharter } from '../types/charter.ts';
import { readKey } from '../types/key.ts';
import { entryChains, type EntryChain } from './chains-of-entries.ts';
import type { Charter } from './charter-content.ts';
import { discuss, type Discussion, type Judge, noDiscussion } from './discussion.ts';
import { readEntry, type Entry, type EntryName } from './entry.ts';
import { spaceIdFromName, type SpaceName } from './name.ts';
import { idForDiagnosis, noteRefusal } from './refused.ts';

/**
 * What is known of a public forum, where anybody with an identity writes: a value that
 * `addToPublicForum` makes anew and never changes. Signatures are checked once, when a document comes.
 */
export interface PublicForumState {
  readonly spaceName: SpaceName;
  readonly charter: Charter | undefined;
  /** `<author>/<device>` of every certificate. */
  readonly certified: ReadonlySet<string>;
  readonly entries: ReadonlyMap<EntryName, Entry>;
  /** Documents that are here and no entries. */
  readonly others: ReadonlySet<EntryName>;
  readonly refused: ReadonlyMap<string, Refusal>;
  /** What the entries amount to. */
  readonly discussion: Discussion;
}

export interface PublicForum extends Discussion {
  readonly title: string | undefined;
  readonly chains: readonly EntryChain[];
}

export function emptyPublicForum(spaceName: SpaceName): PublicForumState {
  return {
    spaceName,
    charter: undefined,
    certified: new Set(),
    entries: new Map(),
    others: new Set(),
    refused: new Map(),
    discussion: noDiscussion,
  };
}

/** The state with these documents too; bodies and chunks of files are passed over. */
export function addToPublicForum(
  state: PublicForumState,
  documents: readonly unknown[],
): PublicForumState {
  const draft: Draft = {
    spaceId: spaceIdFromName(state.spaceName),
    charter: state.charter,
    certified: LayeredSet.draftOf(state.certified),
    entries: LayeredMap.draftOf(state.entries),
    others: LayeredSet.draftOf(state.others),
    refused: LayeredMap.draftOf(state.refused),
    fresh: [],
  };
  for (const json of documents) {
    const kind = statedKind(json);
    if (kind === 'b' || kind === 'f') continue;
    const added = add(json, draft);
    if (!added.ok) noteRefusal(draft.refused, { id: idForDiagnosis(json), code: added.code });
  }
  const { spaceName } = state;
  const { charter, certified, entries, others, refused, fresh } = draft;
  // Certificates and charters only ever add to what counts, so all that was judged before stays.
  const earlier = { discussion: state.discussion, fresh };
  const discussion = discuss(entries, judgeOf(draft), earlier);
  return { spaceName, charter, certified, entries, others, refused, discussion };
}

/** A forum whose documents have been checked before. */
export function publicForumFrom(parts: Omit<PublicForumState, 'discussion'>): PublicForumState {
  const discussion = discuss(parts.entries, judgeOf(parts));
  return { ...parts, discussion };
}

function judgeOf({
  charter,
  certified,
  others,
}: Pick<PublicForumState, 'charter' | 'certified' | 'others'>): Judge {
  const isOpen = charter?.kind === 'public-forum';
  return {
    standing: ({ author, key }) =>
      isOpen && certified.has(`${author}/${key}`) ? 'counts' : 'waiting',
    knows: (name) => others.has(name),
  };
}

/** What it amounts to, the same for the same set of documents. Nothing counts before the charter is here. */
export function viewPublicForum({ charter, discussion }: PublicForumState): PublicForum {
  return {
    ...discussion,
    title: charter?.kind === 'public-forum' ? charter.title : undefined,
    get chains() {
      return entryChains(discussion.counted.values());
    },
  };
}

/** A whole public forum from all documents of its space, in any order. */
export function evaluatePublicForum(
  documents: readonly unknown[],
  spaceName: SpaceName,
): PublicForum {
  return viewPublicForum(addToPublicForum(emptyPublicForum(spaceName), documents));
}

interface Draft {
  readonly spaceId: Uint8Array;
  charter: Charter | undefined;
  readonly certified: Set<string>;
  readonly entries: Map<EntryName, Entry>;
  readonly others: Set<EntryName>;
  readonly refused: Map<string, Refusal>;
  /** Entries that were not here before. */
  readonly fresh: Entry[];
}

function add(json: unknown, draft: Draft): Result<unknown> {
  const opened = openSignedDocument(json, draft.spaceId);
  if (!opened.ok) return opened;
  const document = opened.value;
  if (document.type === 'key') {
    const key = readKey(document);
    if (key.ok) draft.certified.add(certificate(personOf(document.author), key.value));
    draft.others.add(nameOf(document.hash));
    return key;
  }
  if (document.type === 'charter') {
    const charter = readCharter(document, draft.spaceId);
    if (charter.ok && charter.value.kind !== 'public-forum') return refuse('wrong-space');
    if (charter.ok) draft.charter = charter.value;
    draft.others.add(nameOf(document.hash));
    return charter;
  }
  const entry = readEntry(document);
  if (entry.ok && !draft.entries.has(entry.value.name)) {
    draft.entries.set(entry.value.name, entry.value);
    draft.fresh.push(entry.value);
  }
  return entry;
}

function certificate(author: PersonKey, device: Uint8Array): string {
  return `${author}/${toHex(device)}`;
}
