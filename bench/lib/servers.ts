import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPeerServer } from '../../test/host/peer-server.ts';

/** A CouchDB-like server in a process of its own. */
export interface Server {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly folder: string;
  close(): Promise<void>;
}

const launcher = 'dist/host/network25-host';

/** Ours as it was built, without access rules. */
export async function startOurs(folder?: string): Promise<Server> {
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'n25-bench-')));
  const parameters = ['serve', '--data', data, '--listen', '127.0.0.1:0', '--unsafe-open'];
  const child = spawn(launcher, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await portSaid(child);
  return {
    name: 'ours',
    port,
    pid: child.pid ?? 0,
    folder: data,
    async close() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      if (folder === undefined) await rm(data, { recursive: true, force: true });
    },
  };
}

export async function startPouchServer(): Promise<Server> {
  return { name: 'PouchDB Server', ...(await startPeerServer()) };
}

async function portSaid(child: ChildProcess): Promise<number> {
  let said = '';
  for await (const bytes of child.stdout ?? []) {
    said += String(bytes);
    const port = /:(\d+)\/\s/.exec(said)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('the host did not start');
}

/** Processor time that this process has used, in milliseconds. Linux only. */
export async function cpuMilliseconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  // utime and stime, in ticks of a hundredth of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Memory that this process holds, in bytes. Linux only. */
export async function memoryBytes(pid: number): Promise<number> {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1_024;
}
