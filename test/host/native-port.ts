import { Tunnel } from '../../src/background/host/tunnel.ts';
import { type BuiltHost, HostProcess } from './native-host-process.ts';

/** The add-on's own tunnel over a host as a real process: `fetch` as the background has it. */
export interface NativePort {
  host: HostProcess;
  fetch: (input: string | URL, init?: RequestInit) => Promise<Response>;
  /** Without a chance to say goodbye. */
  kill: () => Promise<void>;
}

export const portAddress = 'http://network25-host.invalid';

/** Starts a host and greets it; resolves when it serves. */
export async function openNativePort(
  built: BuiltHost,
  environment: Record<string, string>,
): Promise<NativePort> {
  const host = new HostProcess(built, environment);
  const tunnel = new Tunnel((message) => {
    if (host.child.exitCode !== null || host.child.signalCode !== null) throw new Error('closed');
    host.send(message);
  });
  host.forward = (message) => {
    switch (message.type) {
      case 'response':
      case 'response-body':
      case 'response-error':
      case 'request-taken':
        tunnel.accept(message);
        return true;
      default:
        return false;
    }
  };
  void host.exited.then(() => tunnel.fail());
  host.hello();
  await host.waitFor('hello');
  return {
    host,
    fetch: tunnel.fetch,
    kill: async () => {
      host.child.kill('SIGKILL');
      await host.exited;
    },
  };
}
