import { type CborMap, decodeCbor, encodeCbor } from '../cbor.ts';
import { accept, type Result } from '../result.ts';
import type { Content } from '../conversation/content.ts';

/** One of the things that can be said in a conversation: its name, and the form of what it holds. */
export interface Kind<T extends CborMap> {
  readonly name: string;
  /** Refused as `read` refuses it, so that what is sent is what the other side takes. */
  write(fields: T): Result<Content>;
  /** Of a content of this kind. Refuses what is not exactly of its form. */
  read(content: Pick<Content, 'fields'>): Result<T>;
}

/** @param check what `decodeFields` makes of the fields */
export function defineKind<T extends CborMap>(
  name: string,
  check: (fields: unknown) => Result<T>,
): Kind<T> {
  return {
    name,
    write(fields) {
      const checked = check(fields);
      return checked.ok ? accept({ kind: name, fields: encodeCbor(checked.value) }) : checked;
    },
    read({ fields }) {
      const cbor = decodeCbor(fields);
      return cbor.ok ? check(cbor.value) : cbor;
    },
  };
}
