import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BuiltHost, HostProcess, quietEnvironment } from '../host/native-host-process.ts';

/** A host on the data of those before it, that has said hello. */
export async function startedHost(built: BuiltHost): Promise<HostProcess> {
  const host = new HostProcess(built, quietEnvironment(built.folder)).hello();
  await host.waitFor('hello');
  return host;
}

export function emptyData(built: BuiltHost): void {
  rmSync(join(built.folder, 'data'), { recursive: true, force: true });
}
