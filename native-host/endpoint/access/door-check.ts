import { fromBase64Url } from '../../../src/domain/bytes.ts';
import { checkAtDoor, type Door } from '../../../src/domain/document/door.ts';
import type { StoredDocument } from '../../../src/domain/document/envelope.ts';
import { checkSealedAtDoor, type GateKey } from '../../../src/domain/document/gated.ts';
import type { Result } from '../../../src/domain/result.ts';
import { spaceIdFromName, type SpaceName } from '../../../src/domain/space/name.ts';
import type { SpaceAccess } from '../../../src/protocol/access-list.ts';

/**
 * What each document that is not the owner's passes before it is stored, with the space it is bound to. A
 * gated one has to be made by a member, too: without gate keys nothing is taken.
 */
export type DoorCheck =
  | { readonly kind: Exclude<Door, 'gated'>; readonly space: SpaceName }
  | { readonly kind: 'gated'; readonly space: SpaceName; readonly gates: readonly GateKey[] };

export function doorCheckOf({ door, gates = [] }: SpaceAccess, space: SpaceName): DoorCheck {
  if (door !== 'gated') return { kind: door, space };
  return { kind: door, space, gates: gates.flatMap((gate) => gateKeyOf(gate) ?? []) };
}

type ListedGate = NonNullable<SpaceAccess['gates']>[number];

function gateKeyOf({ hint, key }: ListedGate): GateKey | undefined {
  const hintBytes = fromBase64Url(hint);
  const keyBytes = fromBase64Url(key);
  return hintBytes.ok && keyBytes.ok ? { hint: hintBytes.value, key: keyBytes.value } : undefined;
}

export function passDoor(check: DoorCheck, json: unknown): Result<StoredDocument> {
  const shaped = checkAtDoor(check.kind, json, check.space);
  if (!shaped.ok || check.kind !== 'gated') return shaped;
  const gated = checkSealedAtDoor(json, spaceIdFromName(check.space), check.gates);
  return gated.ok ? { ok: true, value: gated.value.json } : gated;
}
