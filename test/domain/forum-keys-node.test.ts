import { createDecipheriv } from 'node:crypto';
import { expect, test } from 'vitest';
import { concat, utf8 } from '../../src/domain/bytes.ts';
import { unpad } from '../../src/domain/padding.ts';
import { boxOf, epochFor, keysFor, memberOf, post, spaceId } from './forum-keys-people.ts';
import { nodeHkdf, nodeHmac } from './node-crypto.ts';
import { must, person } from './people.ts';

test('OpenSSL opens a forum message from the secret alone, by the text of the protocol', () => {
  const [alice, bob] = [memberOf(person('Alice')), memberOf(person('Bob'))];
  const { epoch } = epochFor([alice, bob]);
  const secret = must(boxOf(epoch, bob));
  const [, message] = post(keysFor(epoch, alice, 'ephemeral'), 'hello');
  const { hint, ciphertext, gate } = message;
  const kdf = (purpose: string, ...parts: Uint8Array[]) =>
    nodeHkdf(secret, new Uint8Array(0), concat(utf8(`n25/${purpose}/v1\0`), ...parts), 32);
  expect(hint).toEqual(kdf('epoch-hint', epoch.id).subarray(0, 8));
  const gateInput = concat(utf8('n25/gate/v1\0'), spaceId, hint, ciphertext);
  expect(gate).toEqual(nodeHmac(kdf('epoch-gate', epoch.id), gateInput).subarray(0, 16));
  const chain = kdf('sender-chain', epoch.id, alice.member);
  const messageKey = nodeHmac(chain, Uint8Array.of(1));
  const header = ciphertext.subarray(0, 76);
  const info = concat(utf8('n25/forum-message/v1\0'), header);
  const first = nodeHmac(messageKey, concat(info, Uint8Array.of(1)));
  const second = nodeHmac(messageKey, concat(first, info, Uint8Array.of(2)));
  const decipher = createDecipheriv('chacha20-poly1305', first, second.subarray(0, 12), {
    authTagLength: 16,
  });
  const bound = concat(utf8('n25/forum-message/v1\0'), spaceId, epoch.id, header);
  decipher.setAAD(bound, { plaintextLength: ciphertext.length - 92 });
  decipher.setAuthTag(ciphertext.subarray(-16));
  const padded = [...decipher.update(ciphertext.subarray(76, -16)), ...decipher.final()];
  expect(must(unpad(new Uint8Array(padded)))).toEqual(utf8('hello'));
});
