import { setTimeout as pause } from 'node:timers/promises';
import type * as v from 'valibot';
import { fromBase64Url, toBase64Url } from '../../../src/domain/bytes.ts';
import {
  handshakePaths,
  helloSchema,
  proofSchema,
} from '../../../src/protocol/handshake-messages.ts';
import { limits } from '../../../src/protocol/limits.ts';
import type { AccessControl } from '../access/access.ts';
import { readBody } from '../messages/body.ts';
import { errorResponse } from '../messages/error-response.ts';
import { badRequest, forbidden, HttpError } from '../messages/http-error.ts';
import type { Visitor } from '../doors/http-door.ts';
import {
  json,
  peerAddress,
  type EndpointRequest,
  type EndpointResponse,
} from '../messages/message.ts';
import type { Desk } from './desk.ts';

export interface HandshakeRoutesOptions {
  readonly desk: Desk;
  readonly access: AccessControl;
  /** When every refused proof is answered, counted from its arrival. */
  readonly refusedAfter?: number;
}

/** These few bytes come with the head, or somebody is holding us up. */
const bodyMilliseconds = 10_000;
/** Longer than any check of a proof takes: how long it took shows neither which one failed nor who is known. */
const refusedAfter = 300;

/**
 * The two POST routes of the handshake, or `undefined` for a request to anything else. They are outside
 * the CouchDB API: who comes here has no rights yet.
 */
export function handshakeRoutes(
  options: HandshakeRoutesOptions,
): (request: EndpointRequest) => Visitor | undefined {
  return (request) => {
    const answer = routes.get(request.path);
    if (!answer) return undefined;
    const caller = options.access.identify(request.headers['authorization']);
    const peer = caller && peerAddress(caller);
    return {
      request,
      standing: peer === undefined ? 'handshake' : { peer },
      answer: async () => {
        try {
          if (request.method !== 'POST') throw onlyPost();
          return await answer(request, options, peer);
        } catch (thrown) {
          return errorResponse(thrown);
        }
      },
    };
  };
}

type Answer = (
  request: EndpointRequest,
  options: HandshakeRoutesOptions,
  peer: string | undefined,
) => Promise<EndpointResponse>;

const hello: Answer = async (request, { desk }, peer) => {
  const { m } = await readSoon(request, helloSchema);
  const answered = desk.hello(bytesOf(m), peer);
  if (answered === 'malformed') throw badRequest('This is no first message of a handshake.');
  if (answered === 'no-key') {
    throw new HttpError(503, 'unavailable', 'Nobody is here to let anyone in.');
  }
  return json(200, { id: answered.id, m: toBase64Url(answered.message) });
};

const prove: Answer = async (request, options) => {
  const { id, m } = await readSoon(request, proofSchema);
  const bytes = bytesOf(m);
  // Begun before the check: a timer that is set after it would end by what the check has taken, to the millisecond.
  const due = pause(options.refusedAfter ?? refusedAfter, undefined, { ref: false });
  const message = options.desk.prove(id, bytes);
  if (message) return json(200, { m: toBase64Url(message) });
  await due;
  throw forbidden('This handshake does not lead to a token.');
};

const routes: ReadonlyMap<string, Answer> = new Map([
  [handshakePaths.hello, hello],
  [handshakePaths.proof, prove],
]);

async function readSoon<Schema extends v.GenericSchema>(
  request: EndpointRequest,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const late = new AbortController();
  const body = readBody(request, limits.handshakeBytes, schema, 'This is no handshake.');
  const tooLate = pause(bodyMilliseconds, undefined, { signal: late.signal }).then(
    () => {
      throw new HttpError(408, 'timeout', 'The request did not arrive in time.');
    },
    // Called off: the body is there.
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([body, tooLate]);
  } finally {
    late.abort();
    body.catch(() => undefined);
  }
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (!bytes.ok) throw badRequest('This is not base64url.');
  return bytes.value;
}

function onlyPost(): HttpError {
  return new HttpError(405, 'method_not_allowed', 'Only POST allowed.', { allow: 'POST' });
}
