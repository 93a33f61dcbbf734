import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { decodeRecord } from '../../src/background/app/records.ts';

function counting() {
  const seen: unknown[] = [];
  const schema = v.strictObject({
    text: v.pipe(
      v.string(),
      v.check((text) => seen.push(text) > 0),
    ),
  });
  return { seen, schema };
}

describe('a record of the vault', () => {
  it('is decoded once, however often it is read', () => {
    const { seen, schema } = counting();
    const value = { text: 'one' };
    expect(decodeRecord(schema, value)).toEqual({ text: 'one' });
    expect(decodeRecord(schema, value)).toEqual({ text: 'one' });
    expect(decodeRecord(schema, { text: 'two' })).toEqual({ text: 'two' });
    expect(seen).toEqual(['one', 'two']);
  });

  it('is another thing under another schema', () => {
    const value = { text: 'one' };
    expect(decodeRecord(v.strictObject({ count: v.number() }), value)).toBeUndefined();
    expect(decodeRecord(counting().schema, value)).toEqual(value);
    expect(decodeRecord(v.strictObject({ count: v.number() }), value)).toBeUndefined();
  });

  it('is not shown when there is none, or no object', () => {
    const { schema } = counting();
    expect([undefined, null, 1, 'one'].map((value) => decodeRecord(schema, value))).toEqual(
      Array.from({ length: 4 }),
    );
  });
});
