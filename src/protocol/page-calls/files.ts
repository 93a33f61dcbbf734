import * as v from 'valibot';
import { databaseNameField, documentIdField, onionAddressField, textField } from '../fields.ts';

/** Bytes that go to the background in one call. */
export const pieceBytes = 262_144;

const heldId = v.pipe(v.string(), v.regex(/^[a-z2-7]{26}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

/** What attaches to a post or message that is being written: files the page has brought. */
export const attachedField = v.pipe(v.array(heldId), v.maxLength(8));

const bytesField = v.pipe(
  v.instance(Uint8Array),
  v.check((bytes) => bytes.length > 0 && bytes.length <= pieceBytes),
);

/** `preview` asks for its small version instead. */
const piecesArgument = { file: count, from: count, preview: v.optional(v.boolean()) };

/** Files on their way into and out of posts and messages. */
export const fileCalls = {
  beginFile: v.strictObject({
    name: textField(1_000),
    type: textField(200),
    size: count,
    picture: v.optional(
      v.strictObject({
        width: side,
        height: side,
        /** A small version of it. */
        preview: v.optional(bytesField),
      }),
    ),
  }),
  /** What is in it, for who doesn't see it; empty for nothing. */
  describeFile: v.strictObject({ id: heldId, text: textField(160) }),
  /** The next bytes of it, in order. */
  addToFile: v.strictObject({ id: heldId, from: count, bytes: bytesField }),
  /** It is not to be sent after all. */
  dropFile: v.strictObject({ id: heldId }),
  /** Some pieces of the post's file of this number, from one piece on. */
  readPostFile: v.strictObject({
    space: databaseNameField,
    post: documentIdField,
    ...piecesArgument,
  }),
  readMessageFile: v.strictObject({
    address: onionAddressField,
    message: textField(100),
    ...piecesArgument,
  }),
} as const;

export interface FileResults {
  beginFile: { id: string };
  addToFile: { come: number };
  describeFile: null;
  dropFile: null;
  readPostFile: FilePieces;
  readMessageFile: FilePieces;
}

export interface FilePieces {
  pieces: Uint8Array[];
  /** Where to ask on; the end where it is `of`. */
  next: number;
  of: number;
}

export interface FileView {
  name: string;
  /** As its author claims. */
  type: string;
  /** Bytes. */
  size: number;
  /** Share of it that is on this machine, 0 to 1. */
  here: number;
  /** Of a picture, as its author says: what is in it, and its pixels. */
  description?: string;
  width?: number;
  height?: number;
  /** A small version of it is here. */
  preview?: boolean;
}
