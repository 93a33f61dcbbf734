import type { DocumentAnswer } from '../../store/documents.ts';
import { HttpError } from '../messages/http-error.ts';

/** Outside, what is deleted here was never there. */
export function missing(outside: boolean, answer?: DocumentAnswer): HttpError {
  const deleted = !outside && answer?.found === false && answer.reason === 'deleted';
  return new HttpError(404, 'not_found', deleted ? 'deleted' : 'missing');
}
