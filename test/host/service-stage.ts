import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  buildHost,
  type BuiltHost,
  HostProcess,
  profile,
  quietEnvironment,
} from './native-host-process.ts';

/** A built host with the services and browsers that one test starts; no process outlives `clear`. */
export class ServiceStage {
  readonly built: BuiltHost = buildHost();
  /** One browser profile's data. */
  readonly directory = join(this.built.folder, 'data', 'profiles', profile);
  readonly #running = new Set<ChildProcess>();
  readonly #words = new WeakMap<ChildProcess, string>();

  /** What the service manager would start; resolves when it has said this. */
  async service(expected = 'Serving'): Promise<ChildProcess> {
    const { launcher, folder } = this.built;
    const child = spawn(launcher, ['service', 'run', '--data', this.directory], {
      env: quietEnvironment(folder),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#running.add(child);
    this.#words.set(child, '');
    child.stdout.on('data', (text: Buffer) =>
      this.#words.set(child, `${this.#words.get(child)}${text.toString()}`),
    );
    await this.said(child, expected);
    return child;
  }

  async said(child: ChildProcess, expected: string): Promise<void> {
    await expect.poll(() => this.#words.get(child), { timeout: 30_000 }).toContain(expected);
  }

  /** Ends with the test. */
  watch<Child extends ChildProcess>(child: Child): Child {
    this.#running.add(child);
    return child;
  }

  /** A browser that has greeted, with this for its profile. */
  browser(name = profile): HostProcess {
    const host = new HostProcess(this.built, quietEnvironment(this.built.folder));
    this.watch(host.child);
    return host.hello({ profile: name });
  }

  async connected(): Promise<HostProcess> {
    const host = this.browser();
    await host.waitFor('hello');
    return host;
  }

  async clear(): Promise<void> {
    for (const child of this.#running) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    this.#running.clear();
    rmSync(join(this.built.folder, 'data'), { recursive: true, force: true });
  }

  remove(): void {
    this.built.remove();
  }
}
