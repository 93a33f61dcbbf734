import { workLimits } from '../../../src/domain/peer-handshake/work.ts';
import { limits } from '../../../src/protocol/limits.ts';
import type { StagingLimits } from '../../store/staging.ts';
import type { QuotaLimits } from './quotas.ts';
import type { Rate } from './rates.ts';
import type { TurnLimits } from './turns.ts';

/** What the endpoint takes from one request and holds open at once. */
export interface EndpointLimits {
  readonly bodyBytes: number;
  readonly documentBytes: number;
  /** One attachment; only a door opened by hand takes any. */
  readonly attachmentBytes: number;
  readonly documentsPerBatch: number;
  readonly inboxDocuments: number;
  /** And the bytes of all of them. */
  readonly inboxBytes: number;
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
  /** How often each peer, and all strangers together, may ask. */
  readonly requests: { readonly peer: Rate; readonly stranger: Rate };
  /** Who asks more often waits so many milliseconds for the refusal: answered at once, they would ask on at once. */
  readonly refusedAfter: number;
  /** The body of a stranger's request: asking for many documents by name is the most they need. */
  readonly strangerBodyBytes: number;
  /** Bodies in memory at once, of all callers but the owner. */
  readonly bodyBytesHeld: number;
  /** A larger body than this makes a request a large one: few are worked on at once, one of each caller. */
  readonly largeRequestBytes: number;
  /** Bytes of documents that others may have us keep. */
  readonly quotas: QuotaLimits;
  /** What others bring into one space and the add-on has not judged yet. */
  readonly staging: StagingLimits;
  readonly smallRequests: TurnLimits;
  readonly largeRequests: TurnLimits;
}

export const defaultLimits: EndpointLimits = {
  bodyBytes: limits.requestBodyBytes,
  documentBytes: limits.documentBytes,
  attachmentBytes: 8_388_608,
  documentsPerBatch: limits.documentsPerBatch,
  inboxDocuments: limits.inboxDocuments,
  inboxBytes: 8_388_608,
  work: workLimits,
  inboxBatch: 1,
  inboxBodyBytes: 2 * limits.inboxDocumentBytes,
  checkpointBytes: 16_384,
  checkpoints: 50,
  feedsPerPeer: 8,
  feedsOfStrangers: 32,
  // A friend far behind asks for some hundred batches; over Tor it gets through a few dozen a second.
  requests: {
    peer: { perSecond: 100, burst: 1_000 },
    stranger: { perSecond: 50, burst: 500 },
  },
  refusedAfter: 1_000,
  strangerBodyBytes: 524_288,
  bodyBytesHeld: 67_108_864,
  largeRequestBytes: 65_536,
  quotas: { spaceBytes: 1_073_741_824, peerBytes: 2_147_483_648 },
  staging: {
    documents: 2_000,
    bytes: 8_388_608,
    documentsOfOne: 1_000,
    bytesOfOne: 4_194_304,
    milliseconds: 30 * 86_400_000,
  },
  smallRequests: { atOnce: 32, ofOne: 8, waiting: 64 },
  largeRequests: { atOnce: 2, ofOne: 1, waiting: 16 },
};
