import { workLimits } from '../../src/domain/peer-handshake/work.ts';
import { limits } from '../../src/protocol/limits.ts';

/** What the endpoint takes from one request and holds open at once. */
export interface EndpointLimits {
  readonly bodyBytes: number;
  readonly documentBytes: number;
  /** One attachment; only a door opened by hand takes any. */
  readonly attachmentBytes: number;
  readonly documentsPerBatch: number;
  readonly inboxDocuments: number;
  /** Bits of work that a letter to an empty and to a full inbox costs a stranger. */
  readonly work: { readonly least: number; readonly most: number };
  /** Documents in one delivery to an inbox: work is done for one. */
  readonly inboxBatch: number;
  /** The body of one delivery to an inbox. */
  readonly inboxBodyBytes: number;
  /** A checkpoint a peer keeps here, and how many of one peer in one space. */
  readonly checkpointBytes: number;
  readonly checkpoints: number;
  /** Long-polls and continuous feeds open at once: of one peer, and of all strangers together. */
  readonly feedsPerPeer: number;
  readonly feedsOfStrangers: number;
}

export const defaultLimits: EndpointLimits = {
  bodyBytes: limits.requestBodyBytes,
  documentBytes: limits.documentBytes,
  attachmentBytes: 8_388_608,
  documentsPerBatch: limits.documentsPerBatch,
  inboxDocuments: limits.inboxDocuments,
  work: workLimits,
  inboxBatch: 1,
  inboxBodyBytes: 2 * limits.inboxDocumentBytes,
  checkpointBytes: 16_384,
  checkpoints: 50,
  feedsPerPeer: 8,
  feedsOfStrangers: 32,
};
