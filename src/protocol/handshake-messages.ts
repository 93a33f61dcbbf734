import * as v from 'valibot';

/** The two round trips by which a friend gets a token; each is a POST of JSON around the domain's bytes. */
export const handshakePaths = { hello: '/_network25/hello', proof: '/_network25/proof' } as const;

const bytesField = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/), v.maxLength(1_024));
/** 16 random bytes: which of the handshakes under way this is. */
const idField = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/));

export const helloSchema = v.strictObject({ m: bytesField });
export const helloAnswerSchema = v.strictObject({ id: idField, m: bytesField });
export const proofSchema = v.strictObject({ id: idField, m: bytesField });
export const proofAnswerSchema = v.strictObject({ m: bytesField });
