import { statedId } from '../document/id.ts';
import type { Refusal } from '../refusal.ts';

/** A document that does not count, under the `_id` it came with. */
export interface RefusedDocument {
  readonly id: string;
  readonly code: Refusal;
}

/** The `_id` of a document that could not be opened, for diagnostics; cut short, as it may be anything. */
export function idForDiagnosis(json: unknown): string {
  return statedId(json)?.slice(0, 64) ?? '';
}

/** One reason per id, the same whichever variant of the document came first. */
export function noteRefusal(refused: Map<string, Refusal>, { id, code }: RefusedDocument): void {
  const known = refused.get(id);
  if (known === undefined || code < known) refused.set(id, code);
}

/** In an order that depends on the refusals only, not on how the documents came. */
export function sortRefused(refused: readonly RefusedDocument[]): RefusedDocument[] {
  const key = ({ id, code }: RefusedDocument) => `${id} ${code}`;
  return [...refused].toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
