import {
  createCipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { concat, fromHex, utf8 } from '../../src/domain/bytes.ts';
import { must } from './people.ts';

/** The same primitives from OpenSSL, by way of Node: what the domain must agree with. */

const hex = (text: string) => must(fromHex(text));
const version = utf8('HPKE-v1');
const kemSuite = hex('4b454d0020');
const empty = new Uint8Array(0);
const suite = hex('48504b45002000010003');

function privateKey(algorithm: '6e' | '70', secret: Uint8Array): KeyObject {
  const der = concat(hex(`302e020100300506032b65${algorithm}04220420`), secret);
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
}

function x25519Public(key: Uint8Array): KeyObject {
  const der = concat(hex('302a300506032b656e032100'), key);
  return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
}

function rawPublic(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }).subarray(-32));
}

export function nodeX25519PublicKey(secret: Uint8Array): Uint8Array {
  return rawPublic(createPublicKey(privateKey('6e', secret)));
}

export function nodeX25519(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return new Uint8Array(
    diffieHellman({ privateKey: privateKey('6e', secret), publicKey: x25519Public(publicKey) }),
  );
}

export function nodeEd25519PublicKey(seed: Uint8Array): Uint8Array {
  return rawPublic(createPublicKey(privateKey('70', seed)));
}

export function nodeEd25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, message, privateKey('70', seed)));
}

export function nodeChachaSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  cipher.setAAD(associated, { plaintextLength: plaintext.length });
  const ciphertext = [cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
  return concat(...ciphertext.map((part) => new Uint8Array(part)));
}

export interface NodeSealing {
  readonly ephemeral: Uint8Array;
  readonly recipient: Uint8Array;
  readonly sender?: Uint8Array;
  readonly info: Uint8Array;
  readonly associated: Uint8Array;
  readonly plaintext: Uint8Array;
}

/** RFC 9180 once more, from the text of the RFC on OpenSSL's primitives. */
export function nodeHpkeSeal(sealing: NodeSealing): Uint8Array {
  const { ephemeral, recipient, sender, info, associated, plaintext } = sealing;
  const enc = nodeX25519PublicKey(ephemeral);
  const shared = [nodeX25519(ephemeral, recipient)];
  const context = [enc, recipient];
  if (sender !== undefined) {
    shared.push(nodeX25519(sender, recipient));
    context.push(nodeX25519PublicKey(sender));
  }
  const kem = labelled(kemSuite);
  const schedule = labelled(suite);
  const agreed = kem.expand(
    kem.extract(empty, 'eae_prk', concat(...shared)),
    'shared_secret',
    concat(...context),
    32,
  );
  const scheduleContext = concat(
    Uint8Array.of(sender === undefined ? 0 : 2),
    schedule.extract(empty, 'psk_id_hash', empty),
    schedule.extract(empty, 'info_hash', info),
  );
  const secret = schedule.extract(agreed, 'secret', empty);
  const key = schedule.expand(secret, 'key', scheduleContext, 32);
  const nonce = schedule.expand(secret, 'base_nonce', scheduleContext, 12);
  return concat(enc, nodeChachaSeal(key, nonce, associated, plaintext));
}

export function nodeHmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(message).digest());
}

function labelled(suiteId: Uint8Array) {
  return {
    extract: (salt: Uint8Array, label: string, secret: Uint8Array) =>
      nodeHmac(salt, concat(version, suiteId, utf8(label), secret)),
    // One block is enough for every output HPKE asks for here.
    expand: (key: Uint8Array, label: string, info: Uint8Array, length: number) => {
      const labelledInfo = concat(Uint8Array.of(0, length), version, suiteId, utf8(label), info);
      return nodeHmac(key, concat(labelledInfo, Uint8Array.of(1))).subarray(0, length);
    },
  };
}

export function nodeHkdf(
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, info, length));
}
