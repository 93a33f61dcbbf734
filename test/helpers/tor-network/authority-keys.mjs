import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './processes.mjs';

/** @param {Record<string, string | []>} options */
const flags = (options) => Object.entries(options).flat(2);

/** @param {string} keys @param {number} dirPort */
const gencertOptions = (keys, dirPort) => ({
  '--create-identity-key': /** @type {[]} */ ([]),
  '--passphrase-fd': '0',
  '-m': '12',
  '-a': `127.0.0.1:${dirPort}`,
  '-i': join(keys, 'authority_identity_key'),
  '-s': join(keys, 'authority_signing_key'),
  '-c': join(keys, 'authority_certificate'),
});

/**
 * Makes the authority's identity and signing keys in its data directory.
 * @param {{tor: string, dataDirectory: string, dirPort: number, orPort: number}} authority
 * @returns {Promise<string>} the `DirAuthority` line by which every other tor knows it
 */
export async function makeAuthorityKeys({ tor, dataDirectory, dirPort, orPort }) {
  const keys = join(dataDirectory, 'keys');
  await mkdir(keys, { recursive: true, mode: 0o700 });
  const [, listing] = await Promise.all([
    // The passphrase protects a key that lives for minutes in a temporary folder.
    run(`${tor}-gencert`, flags(gencertOptions(keys, dirPort)), { input: 'loopback only\n' }),
    // Any DirAuthority line will do: tor only wants to know that this is no public network.
    run(
      tor,
      flags({
        '--list-fingerprint': [],
        '--quiet': [],
        '--ignore-missing-torrc': [],
        '-f': join(keys, 'none'),
        '--defaults-torrc': '/dev/null',
        '--DataDirectory': dataDirectory,
        '--Nickname': 'auth0',
        '--ORPort': String(orPort),
        '--DirAuthority': `auth0 127.0.0.1:${dirPort} ${'F'.repeat(40)}`,
      }),
    ),
  ]);
  const fingerprint =
    listing.trim().split('\n').at(-1)?.replace(/^\S+ /, '').replaceAll(' ', '') ?? '';
  const v3ident = /^fingerprint (\S+)/m.exec(
    await readFile(join(keys, 'authority_certificate'), 'utf8'),
  )?.[1];
  if (!/^[0-9A-F]{40}$/.test(fingerprint) || v3ident === undefined)
    throw new Error('tor gave no fingerprint for the private authority');
  return `DirAuthority auth0 orport=${orPort} no-v2 v3ident=${v3ident} 127.0.0.1:${dirPort} ${fingerprint}`;
}
