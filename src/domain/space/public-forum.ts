import { toHex } from '../bytes.ts';
import { statedKind } from '../document/id.ts';
import { openSignedDocument } from '../document/signed.ts';
import { nameOf, personOf, type PersonKey } from '../membership/operation.ts';
import type { Refusal } from '../refusal.ts';
import { refuse, type Result } from '../result.ts';
import { readCharter } from '../types/charter.ts';
import { readKey } from '../types/key.ts';
import { entryChains, type EntryChain } from './chains-of-entries.ts';
import type { Charter } from './charter-content.ts';
import { discuss, type Discussion } from './discussion.ts';
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
  };
}

/** The state with these documents too; bodies and chunks of files are passed over. */
export function addToPublicForum(
  state: PublicForumState,
  documents: readonly unknown[],
): PublicForumState {
  const draft = {
    ...state,
    spaceId: spaceIdFromName(state.spaceName),
    certified: new Set(state.certified),
    entries: new Map(state.entries),
    others: new Set(state.others),
    refused: new Map(state.refused),
  };
  for (const json of documents) {
    const kind = statedKind(json);
    if (kind === 'b' || kind === 'f') continue;
    const added = add(json, draft);
    if (!added.ok) noteRefusal(draft.refused, { id: idForDiagnosis(json), code: added.code });
  }
  const { spaceId: _spaceId, ...rest } = draft;
  return rest;
}

/** What it amounts to, the same for the same set of documents. Nothing counts before the charter is here. */
export function viewPublicForum(state: PublicForumState): PublicForum {
  const { charter, certified, entries, others } = state;
  const isOpen = charter?.kind === 'public-forum';
  const discussion = discuss(entries, {
    standing: ({ author, key }) =>
      isOpen && certified.has(`${author}/${key}`) ? 'counts' : 'waiting',
    knows: (name) => others.has(name),
  });
  return {
    ...discussion,
    title: isOpen ? charter.title : undefined,
    chains: entryChains(discussion.counted),
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
  if (entry.ok) draft.entries.set(entry.value.name, entry.value);
  return entry;
}

function certificate(author: PersonKey, device: Uint8Array): string {
  return `${author}/${toHex(device)}`;
}
