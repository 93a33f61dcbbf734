import { spawn } from 'node:child_process';
import { root } from './root.mjs';

/**
 * Runs a program to its end, without input, in the repository.
 * `show` passes its output on while it runs; else it is collected in `output`.
 * Never throws: a program that isn't there is `ok: false` with the system's words as output.
 */
export function run(command, parameters, { show = false, env = process.env } = {}) {
  const started = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const end = (ok) => resolve({ ok, output, seconds: (performance.now() - started) / 1000 });
    const child = spawn(command, parameters, {
      cwd: root,
      env,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    child.stdout?.on('data', (bytes) => (output += bytes));
    child.stderr?.on('data', (bytes) => (output += bytes));
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

/** A script of package.json. */
export function runScript(name, { parameters = [], ...options } = {}) {
  return run('npm', ['run', '--silent', name, '--', ...parameters], options);
}

export function inSeconds(seconds) {
  return `${seconds.toFixed(1)} s`;
}
