import { joined } from './joined.ts';

/** What a planted text may stand as in bytes that are not packed, each with the name a finding is told by. */
export interface Form {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * The ways a text is written down: UTF-8 and UTF-16, and each of these in hexadecimal and in base64, with
 * both alphabets and however many bytes stand before it. A text has 8 bytes at least: shorter ones would
 * be found by chance.
 */
export function formsOf(text: string): Form[] {
  const utf8 = Buffer.from(text, 'utf8');
  if (utf8.length < 8) throw new RangeError(`too short to be looked for: ${text}`);
  const little = Buffer.from(text, 'utf16le');
  const plain = [
    { name: 'UTF-8', bytes: utf8 },
    { name: 'UTF-16LE', bytes: little },
    { name: 'UTF-16BE', bytes: Buffer.from(little).swap16() },
  ];
  return plain.flatMap((form) => [form, ...inHexadecimal(form), ...inBase64(form)]);
}

function inHexadecimal({ name, bytes }: Form): Form[] {
  const hex = bytes.toString('hex');
  return [...new Set([hex, hex.toUpperCase()])].map((text) => ({
    name: `${name} in hexadecimal`,
    bytes: Buffer.from(text, 'latin1'),
  }));
}

function inBase64({ name, bytes }: Form): Form[] {
  const texts = [0, 1, 2].flatMap((before) => {
    const url = joined(Buffer.alloc(before), bytes).toString('base64url');
    // The first and the last sign hold bits of what stands beside the text.
    const own = url.slice(before && before + 1, Math.floor(((before + bytes.length) * 8) / 6));
    return [own, own.replaceAll('-', '+').replaceAll('_', '/')];
  });
  return [...new Set(texts)].map((text) => ({
    name: `${name} in base64`,
    bytes: Buffer.from(text, 'latin1'),
  }));
}
