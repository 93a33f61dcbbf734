import { domainString, hkdfExpand, hkdfExtract } from '../hash.ts';
import { hmacSha256 } from '../sodium.ts';

/** One symmetric chain: each step gives a message key and forgets how. */
export interface Steps {
  readonly key: Uint8Array;
  /** The number of the message whose key comes next. */
  readonly next: number;
}

/** A chain of the Double Ratchet. */
export interface Chain extends Steps {
  readonly headerKey: Uint8Array;
}

const forMessage = Uint8Array.of(1);
const forChain = Uint8Array.of(2);

/** KDF_CK of the specification. */
export function nextKey<C extends Steps>(
  chain: C,
): { readonly messageKey: Uint8Array; readonly chain: C } {
  return {
    messageKey: hmacSha256(chain.key, forMessage),
    chain: { ...chain, key: hmacSha256(chain.key, forChain), next: chain.next + 1 },
  };
}

export interface RootStep {
  readonly root: Uint8Array;
  readonly chain: Uint8Array;
  readonly nextHeader: Uint8Array;
}

/** KDF_RK_HE of the specification. */
export function rootStep(root: Uint8Array, agreed: Uint8Array): RootStep {
  const derived = hkdfExpand(hkdfExtract(root, agreed), domainString('ratchet-root'), 96);
  return {
    root: derived.slice(0, 32),
    chain: derived.slice(32, 64),
    nextHeader: derived.slice(64),
  };
}
