import { toHex } from '../bytes.ts';
import { newLogKey, oldLogKey, openBox, openPast } from '../forum-keys/boxes.ts';
import { keysOfEpoch, keysOfPast, type EpochKeys } from '../forum-keys/epoch-keys.ts';
import type { Epoch } from '../forum-keys/epoch.ts';
import type { OperationName } from '../membership/operation.ts';
import { logKeyFrom, type LogKey } from './log-key.ts';
import { epochNameOf, type EpochName, type EpochNode, type ForumState } from './state.ts';

/** The keys in a state in the making. */
export interface KeyDraft extends Pick<ForumState, 'space' | 'me' | 'preKeys'> {
  readonly epochs: ReadonlyMap<OperationName, EpochNode>;
  readonly pending: ReadonlyMap<OperationName, EpochNode>;
  readonly keys: Map<EpochName, EpochKeys>;
  readonly badBoxes: Set<EpochName>;
  readonly logKeys: Map<string, LogKey>;
  readonly followed: Set<EpochName>;
}

/** Takes what the epochs that count hold for us. Says whether that was anything new. */
export function takeSecrets(draft: KeyDraft): boolean {
  let found = false;
  for (const { epoch } of draft.epochs.values()) {
    if (takeBox(epoch, draft)) found = true;
  }
  // Of epochs that wait, too: what they wait for may be under that very key.
  for (const { epoch } of [...draft.epochs.values(), ...draft.pending.values()]) {
    if (takeOldLogKey(epoch, draft)) found = true;
  }
  while (takePast(draft)) found = true;
  return found;
}

/** Our own box. One that is bad is noted, so that we complain. */
function takeBox(epoch: Epoch, draft: KeyDraft): boolean {
  const name = epochNameOf(epoch.id);
  const { space, me, preKeys } = draft;
  if (draft.keys.has(name) || draft.badBoxes.has(name)) return false;
  const secret = openBox(epoch, { spaceId: space.id, member: me, preKeys });
  if (!secret.ok) {
    if (secret.code !== 'wrong-members') draft.badBoxes.add(name);
    return false;
  }
  const { mode } = space.charter;
  const keys = keysOfEpoch(epoch, secret.value, { mode, me });
  if (!keys.ok) return false;
  draft.keys.set(name, keys.value);
  const log = newLogKey(epoch, secret.value);
  if (log !== null) addLogKey(log, draft);
  return true;
}

/** Who has joined since finds the keys before theirs in the log itself. */
function takeOldLogKey(epoch: Epoch, draft: KeyDraft): boolean {
  const name = epochNameOf(epoch.id);
  if (epoch.log === null || draft.followed.has(name)) return false;
  for (const { secret } of draft.logKeys.values()) {
    const old = oldLogKey(epoch, secret);
    if (!old.ok) continue;
    draft.followed.add(name);
    return addLogKey(old.value, draft);
  }
  return false;
}

function addLogKey(secret: Uint8Array, { logKeys, space }: KeyDraft): boolean {
  const key = logKeyFrom(secret, space.id);
  const name = toHex(key.gate.hint);
  if (logKeys.has(name)) return false;
  logKeys.set(name, key);
  return true;
}

/** Where there is history, each epoch opens those before it. */
function takePast(draft: KeyDraft): boolean {
  const byName = new Map<EpochName, Epoch>();
  for (const { epoch } of draft.epochs.values()) byName.set(epochNameOf(epoch.id), epoch);
  let found = false;
  for (const [name, epoch] of byName) {
    const secret = draft.keys.get(name)?.secret ?? null;
    if (secret === null) continue;
    for (const { id } of epoch.history) {
      const earlier = byName.get(epochNameOf(id));
      if (earlier === undefined || draft.keys.has(epochNameOf(id))) continue;
      const past = openPast(earlier, { epoch, secret }, draft.space.id);
      const keys = past.ok ? keysOfPast(earlier, past.value) : past;
      if (!past.ok || !keys.ok) continue;
      draft.keys.set(epochNameOf(id), keys.value);
      // Of two epochs made side by side the next one seals only one's log key.
      const log = newLogKey(earlier, past.value);
      if (log !== null) addLogKey(log, draft);
      found = true;
    }
  }
  return found;
}
