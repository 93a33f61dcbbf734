import { readVarint } from './varint.ts';

/** The bytes behind a block in Snappy's format; `undefined` if it is none. */
export function unsnap(packed: Uint8Array): Uint8Array | undefined {
  const head = readVarint(packed, 0);
  // No block of ours comes near this.
  if (!head || head.value > 67_108_864) return undefined;
  const out = new Uint8Array(head.value);
  let at = 0;
  let from = head.next;
  while (from < packed.length) {
    const tag = packed[from] ?? 0;
    const step = (tag & 3) === 0 ? literal(packed, from) : copied(packed, from);
    if (!step || at + step.length > out.length) return undefined;
    if (step.offset === undefined) {
      const bytes = packed.subarray(step.next - step.length, step.next);
      if (bytes.length !== step.length) return undefined;
      out.set(bytes, at);
    } else {
      if (step.offset === 0 || step.offset > at) return undefined;
      // Byte by byte: a copy may reach into what it is writing.
      for (let nth = 0; nth < step.length; nth += 1) {
        out[at + nth] = out[at + nth - step.offset] ?? 0;
      }
    }
    at += step.length;
    from = step.next;
  }
  return at === out.length ? out : undefined;
}

interface Step {
  readonly length: number;
  /** How far back it copies from; none for a literal, which ends at `next`. */
  readonly offset?: number;
  readonly next: number;
}

function literal(packed: Uint8Array, from: number): Step | undefined {
  const short = (packed[from] ?? 0) >>> 2;
  if (short < 60) return whole(packed, { length: short + 1, next: from + short + 2 });
  const bytes = short - 59;
  const length = little(packed, from + 1, bytes) + 1;
  return whole(packed, { length, next: from + 1 + bytes + length });
}

function copied(packed: Uint8Array, from: number): Step | undefined {
  const tag = packed[from] ?? 0;
  if ((tag & 3) === 1) {
    const offset = ((tag >>> 5) << 8) | little(packed, from + 1, 1);
    return whole(packed, { length: ((tag >>> 2) & 7) + 4, offset, next: from + 2 });
  }
  const bytes = (tag & 3) === 2 ? 2 : 4;
  const offset = little(packed, from + 1, bytes);
  return whole(packed, { length: (tag >>> 2) + 1, offset, next: from + 1 + bytes });
}

const whole = (packed: Uint8Array, step: Step): Step | undefined =>
  step.next <= packed.length ? step : undefined;

function little(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let nth = count - 1; nth >= 0; nth -= 1) value = value * 256 + (bytes[from + nth] ?? 0);
  return value;
}
