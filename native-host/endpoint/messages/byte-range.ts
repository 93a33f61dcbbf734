import { HttpError } from './http-error.ts';
import type { EndpointRequest, EndpointResponse } from './message.ts';

/**
 * The part of an answer's bytes that the request's `Range` names: one part; of several, of none, or of something that has
 * changed (`If-Range`) the whole is sent, which a client has to take. Throws 416 for what lies beyond the end.
 */
export function inRange(
  { method, headers }: EndpointRequest,
  response: EndpointResponse & { readonly body: Uint8Array },
): EndpointResponse {
  const { body } = response;
  const asked = /^bytes=(\d{0,15})-(\d{0,15})$/.exec((headers['range'] ?? '').replaceAll(' ', ''));
  const sameStill = [undefined, response.headers['etag']].includes(headers['if-range']);
  const [, first = '', last = ''] = asked ?? [];
  if (method !== 'GET' || !sameStill || first + last === '') return response;
  const start = first === '' ? Math.max(body.length - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? body.length : Math.min(Number(last) + 1, body.length);
  if (start >= end) throw beyond(body.length);
  const part = { 'content-range': `bytes ${start}-${end - 1}/${body.length}` };
  return {
    ...response,
    status: 206,
    headers: { ...response.headers, ...part },
    body: body.subarray(start, end),
  };
}

function beyond(length: number): HttpError {
  return new HttpError(416, 'requested_range_not_satisfiable', 'Requested range not satisfiable', {
    'content-range': `bytes */${length}`,
  });
}
