import { equalBytes } from '../bytes.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Header } from '../document/header.ts';
import {
  decodeAccept,
  decodeDecide,
  decodeGenesis,
  decodeLeave,
  decodePropose,
  decodeSnapshot,
  decodeVote,
} from '../membership/content.ts';
import { decodeBundleContent } from './bundle-content.ts';
import { checkCharterContent } from './charter-content.ts';
import {
  decodeComplaintContent,
  decodeEpochContent,
  decodePreKeyContent,
} from './epoch-content.ts';
import { decodeFarewell } from './farewell-content.ts';
import { decodeKeyContent } from './key-content.ts';
import { decodePointing, decodeReaction } from './pointing-content.ts';
import { decodeProfileContent } from './profile-content.ts';

/** What a type of signed document must be like, as far as the document alone can tell. */
interface TypeRule {
  /** Who signs: the onion key itself, or a device key that the onion key certifies. */
  readonly signer: 'onion' | 'device';
  readonly body: 'required' | 'none';
  /** Looks inside `x`; a type without content must not have it. */
  readonly content?: (content: unknown, header: Header, spaceId: Uint8Array) => Result<unknown>;
}

const rules = {
  charter: { signer: 'onion', body: 'none', content: checkCharterContent },
  key: { signer: 'onion', body: 'none', content: decodeKeyContent },
  bundle: { signer: 'onion', body: 'none', content: decodeBundleContent },
  profile: { signer: 'device', body: 'none', content: decodeProfileContent },
  post: { signer: 'device', body: 'required' },
  edit: { signer: 'device', body: 'required', content: decodePointing },
  retraction: { signer: 'device', body: 'none', content: decodePointing },
  reaction: { signer: 'device', body: 'none', content: decodeReaction },
  'pre-key': { signer: 'device', body: 'none', content: decodePreKeyContent },
  epoch: { signer: 'device', body: 'none', content: decodeEpochContent },
  complaint: { signer: 'device', body: 'none', content: decodeComplaintContent },
  farewell: { signer: 'device', body: 'none', content: decodeFarewell },
  genesis: { signer: 'onion', body: 'none', content: decodeGenesis },
  propose: { signer: 'device', body: 'none', content: decodePropose },
  vote: { signer: 'device', body: 'none', content: decodeVote },
  decide: { signer: 'device', body: 'none', content: decodeDecide },
  leave: { signer: 'device', body: 'none', content: decodeLeave },
  accept: { signer: 'device', body: 'none', content: decodeAccept },
  snapshot: { signer: 'device', body: 'none', content: decodeSnapshot },
} as const satisfies Readonly<Record<string, TypeRule>>;

export type DocumentType = keyof typeof rules;

/** The type of a header, if everything in it is as its type wants it. */
export function checkType(header: Header, spaceId: Uint8Array): Result<DocumentType> {
  const { type } = header;
  if (!isDocumentType(type)) return refuse('unknown-type');
  const rule: TypeRule = rules[type];
  const byOnion = equalBytes(header.author, header.key);
  if (byOnion !== (rule.signer === 'onion')) return refuse('wrong-signer');
  // Onion-signed documents form no chain: a person who comes back with the recovery phrase alone can't know its end.
  if (byOnion && header.seq !== 0) return refuse('malformed');
  if ((header.body !== undefined) !== (rule.body === 'required')) return refuse('malformed');
  if (rule.content === undefined) {
    return header.content === undefined ? accept(type) : refuse('malformed');
  }
  const content = rule.content(header.content, header, spaceId);
  return content.ok ? accept(type) : content;
}

function isDocumentType(text: string): text is DocumentType {
  return Object.hasOwn(rules, text);
}
