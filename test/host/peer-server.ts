import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface PeerServer {
  readonly port: number;
  readonly pid: number;
  /** Where its databases are. */
  readonly folder: string;
  close(): Promise<void>;
}

const patience = 30_000;
/** From the project's root, where tests and benchmarks run. */
const installed = path.resolve('test/peers/node_modules');

/** PouchDB Server, a process of its own in a folder of its own, answering when this returns. `installPeers` must have run. */
export async function startPeerServer(): Promise<PeerServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'n25-peer-'));
  const port = await freePort();
  const program = path.join(installed, 'pouchdb-server/bin/pouchdb-server');
  const parameters = [program, '--port', String(port), '--dir', folder, '--no-stdout-logs'];
  // It writes its settings and its log where it stands.
  const child = spawn(process.execPath, parameters, { cwd: folder, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const until = Date.now() + patience;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > until) {
      await close();
      throw new Error('PouchDB Server did not start');
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  return { port, pid: child.pid ?? 0, folder, close };
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
