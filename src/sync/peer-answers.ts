import * as v from 'valibot';
import { workLimits } from '../domain/peer-handshake/work.ts';
import { hash32Field } from '../protocol/fields.ts';
import { CodedError } from '../protocol/codes.ts';
import { limits } from '../protocol/limits.ts';

// What a friend's endpoint answers, decoded at the edge: CouchDB adds fields of its own, so unknown ones
// are passed over; what is used is checked, since PouchDB's replicator checks nothing.

const sequence = v.union([
  v.pipe(v.string(), v.maxLength(1_000)),
  v.pipe(v.number(), v.safeInteger()),
]);
const documentId = v.pipe(v.string(), v.maxLength(200));
const revision = v.pipe(v.string(), v.maxLength(100));

export const welcomeSchema = v.looseObject({
  couchdb: v.literal('Welcome'),
  uuid: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  vendor: v.looseObject({
    name: v.literal('Network25'),
    /** The version of our use of CouchDB's protocol; those that don't say speak the first. */
    protocol: v.optional(v.pipe(v.number(), v.safeInteger()), 1),
  }),
});

export const changesSchema = v.looseObject({
  results: v.pipe(
    v.array(
      v.looseObject({
        id: documentId,
        seq: sequence,
        changes: v.pipe(v.array(v.looseObject({ rev: revision })), v.maxLength(100)),
      }),
    ),
    v.maxLength(limits.documentsPerBatch),
  ),
  last_seq: sequence,
});

export const bulkGetSchema = v.looseObject({
  results: v.pipe(
    v.array(
      v.looseObject({
        id: documentId,
        docs: v.pipe(
          v.array(
            v.looseObject({
              ok: v.optional(v.looseObject({ _id: documentId, _rev: revision })),
              error: v.optional(v.looseObject({ error: v.optional(v.string()) })),
            }),
          ),
          v.maxLength(100),
        ),
      }),
    ),
    v.maxLength(limits.documentsPerBatch),
  ),
});

/** Rows appear for what was not stored; with `new_edits: false` CouchDB names nothing else. */
export const bulkDocsSchema = v.pipe(
  v.array(v.looseObject({ id: v.optional(documentId), error: v.optional(v.string()) })),
  v.maxLength(limits.documentsPerBatch),
);

export const workSchema = v.looseObject({
  nonce: hash32Field,
  bits: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(workLimits.most)),
});

export const allDocsSchema = v.looseObject({
  rows: v.pipe(
    v.array(v.looseObject({ doc: v.optional(v.nullable(v.unknown())) })),
    v.maxLength(limits.documentsPerBatch),
  ),
});

/** Throws CodedError 'malformed' naming the request whose answer is of another shape. */
export function decodeAnswer<S extends v.GenericSchema>(
  schema: S,
  answer: unknown,
  request: string,
): v.InferOutput<S> {
  const decoded = v.safeParse(schema, answer);
  if (!decoded.success) throw new CodedError('malformed', request);
  return decoded.output;
}
