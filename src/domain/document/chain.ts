import type { KeyPair } from '../sodium.ts';
import type { SignedDocument } from './signed.ts';

/** Who writes: the author's onion public key, and the device keys that sign for it. */
export interface Writer {
  readonly author: Uint8Array;
  readonly signer: KeyPair;
}

/** Where a document stands in its author's chain: every device key has its own chain in every space. */
export interface ChainPosition {
  readonly seq: number;
  readonly prev: Uint8Array | null;
}

export const chainStart: ChainPosition = { seq: 0, prev: null };

/** The position after this document. */
export function positionAfter(document: Pick<SignedDocument, 'seq' | 'hash'>): ChainPosition {
  return { seq: document.seq + 1, prev: document.hash };
}
