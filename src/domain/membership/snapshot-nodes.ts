import { toHex } from '../bytes.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { MembershipCharter } from './charter.ts';
import { effectsAfter, type ChainedNode, type Node, type ProposalNode } from './node.ts';
import { nameOf, personOf, type PersonKey } from './operation.ts';
import { prefixBytes, type SnapshotContents, type SnapshotRecord } from './snapshot-bytes.ts';

export interface SnapshotNodes {
  readonly nodes: readonly Node[];
  readonly tips: readonly ChainedNode[];
}

interface Reading {
  readonly nodes: Node[];
  readonly people: readonly PersonKey[];
}

/** The nodes that a snapshot's records stand for, where they fit together. */
export function nodesOf(
  contents: SnapshotContents,
  charter: MembershipCharter,
): Result<SnapshotNodes> {
  if (contents.dropped.length % prefixBytes !== 0) return refuse('malformed');
  const reading: Reading = { nodes: [], people: contents.people.map(personOf) };
  const tips: ChainedNode[] = [];
  for (const record of contents.records) {
    const node = nodeOf(record, reading);
    if (node === undefined) return refuse('malformed');
    reading.nodes.push(node);
    if ('own' in node && record.t === true) tips.push(node);
  }
  const [first] = reading.nodes;
  const isFounded = first?.kind === 'genesis' && first.author === personOf(charter.founder);
  return isFounded ? accept({ nodes: reading.nodes, tips }) : refuse('malformed');
}

function nodeOf(record: SnapshotRecord, reading: Reading): Node | undefined {
  const { nodes } = reading;
  const name = nameOf(record.n);
  const author = reading.people[record.a];
  const causes = allOf(record.c, nodes);
  if (author === undefined || causes === undefined) return undefined;
  const root = nodes[0]?.name ?? name;
  const placed = { name, author, root, causes, effects: effectsAfter(causes) };
  if (record.k === 'genesis') {
    const members = allOf(record.m, reading.people);
    return members === undefined || nodes.length > 0 || causes.length > 0
      ? undefined
      : { ...placed, kind: 'genesis', members };
  }
  if (nodes.length === 0) return undefined;
  if (record.k === 'key') {
    return record.d === undefined ? undefined : { ...placed, kind: 'key', device: toHex(record.d) };
  }
  const certificate = nodes[record.f ?? nodes.length];
  if (certificate?.kind !== 'key' || certificate.author !== author) return undefined;
  // What lay between is left out: every chain goes straight back to its key.
  return chainedNodeOf(record, { ...placed, own: certificate, certificate }, reading);
}

function chainedNodeOf(
  record: SnapshotRecord,
  placed: Pick<
    ChainedNode,
    'name' | 'author' | 'root' | 'causes' | 'effects' | 'own' | 'certificate'
  >,
  { nodes, people }: Reading,
): Node | undefined {
  if (record.k === 'leave') return { ...placed, kind: 'leave' };
  if (record.k === 'accept') {
    return record.d && { ...placed, kind: 'accept', decision: nameOf(record.d) };
  }
  if (record.k === 'propose') {
    const subjects = allOf(record.s, people);
    if (record.w === undefined || subjects === undefined) return undefined;
    return { ...placed, kind: 'propose', action: record.w, subjects };
  }
  const proposal = proposalAt(record.p, nodes);
  if (proposal === undefined) return undefined;
  if (record.k === 'vote') {
    return record.y === undefined
      ? undefined
      : { ...placed, kind: 'vote', proposal, yes: record.y };
  }
  if (record.q === undefined || record.h === undefined) return undefined;
  const settled = { votes: [], quorum: record.q, settled: record.h };
  return { ...placed, kind: 'decide', proposal, ...settled };
}

function proposalAt(index: number | undefined, nodes: readonly Node[]): ProposalNode | undefined {
  const node = index === undefined ? undefined : nodes[index];
  return node?.kind === 'propose' ? node : undefined;
}

function allOf<T>(indices: readonly number[] | undefined, list: readonly T[]): T[] | undefined {
  const found: T[] = [];
  for (const index of indices ?? [list.length]) {
    const item = list[index];
    if (item === undefined) return undefined;
    found.push(item);
  }
  return found;
}
