import { execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian keeps tor where an ordinary user's PATH does not look. */
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };

/**
 * Runs a short-lived tool to its end.
 * @param {string} command @param {string[]} args @param {{input?: string}} [options]
 * @returns {Promise<string>} its standard output
 */
export const run = (command, args, { input } = {}) =>
  new Promise((resolve, reject) => {
    const child = execFile(command, args, { env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} failed: ${stderr || stdout || error.message}`));
      else resolve(stdout);
    });
    child.stdin?.end(input ?? '');
  });

/**
 * One tor process with a data folder of its own. `opened` settles when its ports are open, or rejects
 * with the end of its log.
 * @typedef {{
 *   pid: number,
 *   opened: Promise<void>,
 *   kill: () => Promise<void>,
 *   killNow: () => void,
 *   log: () => string,
 * }} TorProcess
 */

/** A tor opens its ports within a second; half a minute is a machine that stands still. */
const longestStart = 30_000;

/**
 * @param {{tor: string, dataDirectory: string, torrc: string[]}} options
 * @returns {TorProcess}
 */
export function spawnTor({ tor, dataDirectory, torrc }) {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const file = join(dataDirectory, 'torrc');
  const lines = [...torrc, `DataDirectory ${dataDirectory}`, 'Log notice stdout', ''];
  writeFileSync(file, lines.join('\n'));
  const child = spawn(tor, ['-f', file, '--defaults-torrc', '/dev/null'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const killNow = () => {
    if (child.exitCode === null) child.kill('SIGKILL');
  };
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  /** @type {Promise<void>} */
  const opened = new Promise((resolve, reject) => {
    const timer = setTimeout(killNow, longestStart);
    const read = (/** @type {Buffer} */ chunk) => {
      log = (log + chunk.toString()).slice(-20_000);
      if (!log.includes('Bootstrapped 0%')) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      reject(new Error(`tor ended before it was ready:\n${log.slice(-2_000)}`));
    });
  });
  return {
    pid: child.pid ?? 0,
    opened,
    killNow,
    kill: () => {
      killNow();
      return ended;
    },
    log: () => log,
  };
}
