import { CodedError, type Code } from '../../../src/protocol/codes.ts';
import { StoreError } from '../../store/errors.ts';
import { HttpError } from './http-error.ts';
import { json, type EndpointResponse } from './message.ts';

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
