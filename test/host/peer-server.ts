import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installPeers, peersFolder } from '../../scripts/lib/packages.mjs';

export interface PeerServer {
  readonly port: number;
  close(): Promise<void>;
}

const patience = 30_000;

/** PouchDB Server, a process of its own in a folder of its own, answering when this returns. */
export async function startPeerServer(): Promise<PeerServer> {
  await installPeers();
  const folder = await mkdtemp(path.join(tmpdir(), 'n25-peer-'));
  const port = await freePort();
  const program = path.join(peersFolder, 'node_modules/pouchdb-server/bin/pouchdb-server');
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
  return { port, close };
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
