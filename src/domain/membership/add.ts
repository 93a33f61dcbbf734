import { statedId } from '../document/id.ts';
import { openSignedDocument } from '../document/signed.ts';
import { idForDiagnosis } from '../space/refused.ts';
import { draftOf, finish, place, type Draft } from './draft.ts';
import { readOperation } from './operation.ts';
import type { MembershipState } from './state.ts';

/** A letter and the base32 of `prefixBytes`. */
const passedOverCharacters = 17;

/**
 * The state with these documents too; those that are no operations of membership are passed over. Never
 * throws. Pass documents in portions: each call copies the index.
 */
export function addOperations(
  state: MembershipState,
  documents: readonly unknown[],
): MembershipState {
  const draft = draftOf(state);
  for (const json of documents) {
    const id = statedId(json);
    if (id === undefined || !isKnown(id, draft)) open(json, draft);
  }
  return finish(draft);
}

function isKnown(id: string, { opened, passedOver }: Draft): boolean {
  return opened.has(id) || passedOver.has(id.slice(0, passedOverCharacters));
}

function open(json: unknown, draft: Draft): void {
  const document = openSignedDocument(json, draft.charter.spaceId);
  if (!document.ok) {
    const id = idForDiagnosis(json);
    const known = draft.refused.get(id);
    // One reason per id, the same whichever variant of the document came first.
    if (known === undefined || document.code < known) draft.refused.set(id, document.code);
    return;
  }
  draft.opened.add(document.value.id);
  const operation = readOperation(document.value);
  if (operation.ok) place(operation.value, draft);
}
