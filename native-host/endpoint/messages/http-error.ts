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
/** What CouchDB has and this is not. */
export const notImplemented = (reason: string): HttpError =>
  new HttpError(501, 'not_implemented', reason);
/** `seconds`: when to come again. */
export const tooMany = (reason: string, seconds = 30): HttpError =>
  new HttpError(429, 'too_many_requests', reason, { 'retry-after': String(seconds) });
export const insufficientStorage = (reason: string): HttpError =>
  new HttpError(507, 'insufficient_storage', reason);
/** Nobody reads this answer: its request was given up, or cut short. */
export const givenUp = (): HttpError =>
  new HttpError(408, 'timeout', 'The request was given up before it was answered.');
