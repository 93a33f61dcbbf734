import type { RevisionTree } from './revision-tree.ts';

/**
 * How PouchDB 9's leveldb adapter lays a database out (pouchdb-adapter-leveldb-core and
 * sublevel-pouchdb): `ÿ<store>ÿ<key>`. We read in batches, and write what is new and simple; all else PouchDB writes.
 * The version is pinned exactly, and `test/host/store-layout.test.ts` and `store-write-new.test.ts` notice if a new one
 * does it differently.
 */
const documentPrefix = '\u00ffdocument-store\u00ff';
const sequencePrefix = '\u00ffby-sequence\u00ff';
const localPrefix = '\u00fflocal-store\u00ff';
const attachmentPrefix = '\u00ffattach-store\u00ff';
const binaryPrefix = '\u00ffattach-binary-store\u00ff';
/** Ours beside PouchDB's own: what has been erased for good. */
const gonePrefix = '\u00ffgone-store\u00ff';
/** And what others brought that its owner has not judged yet. */
const stagedPrefix = '\u00ffstaged-store\u00ff';
/** How many generations of a document are remembered, where somebody wants others than PouchDB. */
export const revsLimitKey = '\u00ffsettings-store\u00ffrevs_limit';
/** 0xff is in no UTF-8 text, so this is above every key of a store. */
const above = 0xff;

export const documentKey = (id: string): string => documentPrefix + id;
export const sequenceKey = (sequence: number): string =>
  sequencePrefix + String(sequence).padStart(16, '0');
export const binaryKey = (digest: string): string => binaryPrefix + digest;
/** Which revisions of which documents hold this attachment: `{refs: {"id@rev": true}}`. */
export const attachmentKey = (digest: string): string => attachmentPrefix + digest;
export const goneKey = (name: string): string => gonePrefix + name;
/** PouchDB's own count of living documents; it reads it when it opens the database. */
export const documentCountKey = '\u00ffmeta-store\u00ff_local_doc_count';
/** And the number of the last change. */
export const updateSequenceKey = '\u00ffmeta-store\u00ff_local_last_update_seq';
export const stagedKey = (id: string): string => stagedPrefix + id;
export const localKey = (id: string): string => localPrefix + id;

export const sequenceOfKey = (key: string): number => Number(key.slice(sequencePrefix.length));

const endOf = (prefix: string): Buffer => Buffer.from([...Buffer.from(prefix), above]);
export const documentsEnd = endOf(documentPrefix);
export const stagedEnd = endOf(stagedPrefix);
export const documentsStart = documentPrefix;
export const sequencesEnd = endOf(sequencePrefix);
export const localIdsEnd = (idPrefix: string): Buffer => endOf(localPrefix + idPrefix);

/** What PouchDB keeps of a document beside its bodies. */
export interface Metadata {
  readonly id: string;
  readonly rev_tree: RevisionTree;
  /** Where each revision's body is, by sequence number. */
  readonly rev_map: Readonly<Record<string, number>>;
  readonly winningRev: string;
  readonly deleted: boolean;
  /** The number of the last change. */
  readonly seq: number;
}

/** A document as it is stored and served. */
export interface Document {
  _id: string;
  _rev: string;
  _deleted?: boolean;
  _attachments?: Record<string, Attachment>;
  [field: string]: unknown;
}

export interface Attachment {
  content_type?: string;
  digest?: string;
  length?: number;
  revpos?: number;
  stub?: boolean;
  data?: string;
}

// Our own disk: what PouchDB wrote is taken at its word, like any value in memory.
export function decodeMetadata(json: string): Metadata {
  const [, id, rev, generation, hash, sequence] = ofOneRevision.exec(json) ?? [];
  if (id === undefined || rev === undefined || hash === undefined) {
    return JSON.parse(json) as Metadata;
  }
  const seq = Number(sequence);
  const revMap = Object.create(null) as Record<string, number>;
  revMap[rev] = seq;
  const tree: RevisionTree = [
    { pos: Number(generation), ids: [hash, { status: 'available' }, []] },
  ];
  return { id, rev_tree: tree, rev_map: revMap, winningRev: rev, deleted: false, seq };
}

/** As `write-new` writes it. Read so, it takes a third of what JSON's reader takes for an object with a field of a new name. */
const ofOneRevision =
  /^\{"id":"([^"\\]+)","rev":"([^"\\]+)","rev_tree":\[\{"pos":(\d+),"ids":\["([^"\\]+)",\{"status":"available"\},\[\]\]\}\],"rev_map":\{"\2":(\d+)\},"winningRev":"\2","deleted":false,"seq":\5\}$/;

export const decodeDocument = (json: string): Document => JSON.parse(json) as Document;
