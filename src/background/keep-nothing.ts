import type { SessionArea } from '../store/ports.ts';
import type { HostConnection } from './host/connection.ts';
import type { OwnSettings } from './own-settings.ts';
import { leaveToHost } from './panic/panic.ts';

/**
 * Before anybody begins: whether what they do is to be on the disk at all. Without, everything is in the browser's
 * memory, and what the host needs is in a folder of its own that goes with it. The host begins anew, and nobody waits for it.
 *
 * Throws CodedError `identity-exists` once somebody's keys are here.
 */
export async function chooseKeeping(
  nothing: boolean,
  settings: Pick<OwnSettings, 'value' | 'setKeepsNothing'>,
  local: SessionArea,
  host: Pick<HostConnection, 'state' | 'serve'>,
): Promise<void> {
  const { profile: before } = settings.value;
  const profile = await settings.setKeepsNothing(nothing);
  // It has made a directory under the name of before; there is nothing of anybody in it yet.
  const made = nothing && host.state.phase !== 'missing' ? before : undefined;
  if (made !== undefined) await leaveToHost(local, made);
  host.serve({ profile, isTemporary: nothing });
}
