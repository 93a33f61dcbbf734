import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addressFromPublicKey,
  findAddressInLink,
  parseAddress,
  publicKeyFromAddress,
} from '../../src/domain/address.ts';
import { toBase32 } from '../../src/domain/bytes.ts';
import { ed25519KeyPair } from '../../src/domain/sodium.ts';
import { person } from './people.ts';

const { address } = person('Alice').identity;
const host = address.slice(0, 56);
const found = { ok: true, value: address };
const bad = { ok: false, code: 'bad-address' };

test('every key has an address, and every address its key', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
      const { publicKey } = ed25519KeyPair(seed);
      const ours = addressFromPublicKey(publicKey);
      expect(parseAddress(ours)).toEqual({ ok: true, value: ours });
      expect(publicKeyFromAddress(ours)).toEqual(publicKey);
    }),
  );
});

test.each([
  ['as it is', address],
  ['without .onion', host],
  ['in capitals', address.toUpperCase()],
  ['among white space', `\n  ${address}\t`],
  ['as a URL', `http://${address}`],
  ['with path, query and fragment', `https://${address}/blog/2026?page=1#top`],
  ['with a port', `http://${address}:25984/db`],
  ['with a subdomain', `http://www.blog.${address}/`],
  ['with a user', `http://someone:secret@${address}/`],
  ['with a final dot', `http://${address}./`],
  ['with backslashes', `http:\\\\${address}\\x`.replace('\\\\', '//')],
])('an address is found %s', (_how, link) => {
  expect(findAddressInLink(link)).toEqual(found);
});

test.each([
  ['nothing', ''],
  ['another site', 'https://example.org/'],
  ['an address in the path of another site', `https://example.org/${address}`],
  ['an address in a query', `https://example.org/?to=${address}`],
  ['an address as the user of another site', `http://${address}@example.org/`],
  ['an address under another name', `http://${address}.example.org/`],
  ['a v2 address', 'http://expyuzz4wqqyqhjn.onion/'],
  ['a wrong character', `${host.slice(0, 55)}1.onion`],
  ['a v3 address with another version', `${host.slice(0, 55)}a.onion`],
  ['only .onion', 'http://.onion/'],
  ['a very long text', `${'x'.repeat(3_000)}.${address}`],
])('no address is found in %s', (_what, link) => {
  expect(findAddressInLink(link)).toEqual(bad);
});

test('an address with one character changed is never one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 55 }),
      fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'.split('')),
      (index, character) => {
        fc.pre(host[index] !== character);
        const other = `${host.slice(0, index)}${character}${host.slice(index + 1)}.onion`;
        expect(parseAddress(other)).toEqual(bad);
      },
    ),
    // Of 65,536 changed addresses one has the right checksum again; these have not.
    { seed: 1 },
  );
});

test('an address whose key is no proper point is refused, checksum right or not', () => {
  const neutral = new Uint8Array(32);
  neutral[0] = 1;
  expect(parseAddress(addressFromPublicKey(neutral))).toEqual(bad);
  expect(parseAddress(addressFromPublicKey(new Uint8Array(32).fill(0xff)))).toEqual(bad);
});

test('capitals are found in a link, but are not the address itself', () => {
  expect(parseAddress(address.toUpperCase())).toEqual(bad);
  expect(parseAddress(`${toBase32(new Uint8Array(35))}.onion`)).toEqual(bad);
});

test('no text makes the search throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), (text) => {
      expect(findAddressInLink(text).ok).toBe(false);
    }),
  );
});
