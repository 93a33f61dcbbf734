import { CodedError, type Code } from '../../src/protocol/codes.ts';
import { StoreError } from '../store/errors.ts';
import { json, type EndpointResponse } from './message.ts';

/** An answer other than success, in CouchDB's shape. */
export class HttpError extends Error {
  readonly status: number;
  readonly error: string;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    error: string,
    reason: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${status} ${error}: ${reason}`);
    this.name = 'HttpError';
    this.status = status;
    this.error = error;
    this.reason = reason;
    this.headers = headers;
  }
}

/** Said of a database that isn't there, and in the same words of one that isn't this caller's business. */
export const noSuchDatabase = (): HttpError =>
  new HttpError(404, 'not_found', 'Database does not exist.');

export const badRequest = (reason: string): HttpError => new HttpError(400, 'bad_request', reason);
export const forbidden = (reason: string): HttpError => new HttpError(403, 'forbidden', reason);
export const tooLarge = (reason: string): HttpError => new HttpError(413, 'too_large', reason);
/** `seconds`: when to come again. */
export const tooMany = (reason: string, seconds = 30): HttpError =>
  new HttpError(429, 'too_many_requests', reason, { 'retry-after': String(seconds) });
export const insufficientStorage = (reason: string): HttpError =>
  new HttpError(507, 'insufficient_storage', reason);
/** Nobody reads this answer: its request was given up, or cut short. */
export const givenUp = (): HttpError =>
  new HttpError(408, 'timeout', 'The request was given up before it was answered.');

const diskAnswers: Partial<Record<Code, HttpError>> = {
  'disk-full': new HttpError(507, 'disk_full', 'The disk is full; nothing was stored.'),
  'data-damaged': new HttpError(
    500,
    'data_damaged',
    'The files of this database are damaged; they are kept as they are.',
  ),
  'data-unwritable': new HttpError(
    500,
    'data_unwritable',
    'The data directory can not be written.',
  ),
};

/** The answer to anything thrown on the way; what is no expected refusal says nothing of our insides. */
export function errorResponse(thrown: unknown): EndpointResponse {
  const known = knownError(thrown);
  return json(known.status, { error: known.error, reason: known.reason }, known.headers);
}

/** Whether this is an answer to the caller rather than a fault of ours. */
export function isExpected(thrown: unknown): boolean {
  return thrown instanceof HttpError || (thrown instanceof StoreError && thrown.status < 500);
}

function knownError(thrown: unknown): HttpError {
  if (thrown instanceof HttpError) return thrown;
  if (thrown instanceof StoreError && thrown.status < 500) {
    return new HttpError(thrown.status, thrown.error, thrown.reason);
  }
  const disk = thrown instanceof CodedError ? diskAnswers[thrown.code] : undefined;
  return disk ?? new HttpError(500, 'internal_error', 'The host could not answer this request.');
}
