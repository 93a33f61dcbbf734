import { fromBase64Url } from '../../../domain/bytes.ts';
import { bodyId } from '../../../domain/document/body.ts';
import { decodeHeader } from '../../../domain/document/header.ts';
import { personOf, type PersonKey } from '../../../domain/membership/operation.ts';
import type { StoredDocument } from '../../../store/ports.ts';

/**
 * Keeps out of a public forum what people write of whom nothing is to be stored here. Of a body it is known whose it
 * is once its header has come.
 */
export class Shunned {
  readonly #shuns: (author: PersonKey) => boolean;
  readonly #bodies = new Set<string>();

  constructor(shuns: (author: PersonKey) => boolean) {
    this.#shuns = shuns;
  }

  readonly wants = (document: StoredDocument): boolean => {
    if (this.#bodies.has(document._id)) return false;
    const header = headerOf(document);
    if (header === undefined || !this.#shuns(personOf(header.author))) return true;
    if (header.body !== undefined) this.#bodies.add(bodyId(header.body));
    return false;
  };
}

function headerOf(document: StoredDocument) {
  if (!('d' in document) || typeof document.d !== 'string') return undefined;
  const bytes = fromBase64Url(document.d);
  const header = bytes.ok ? decodeHeader(bytes.value) : bytes;
  return header.ok ? header.value : undefined;
}
