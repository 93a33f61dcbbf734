/** LevelDB's checksum: CRC-32C (RFC 3720), eight bytes at a time. */
const polynomial = 0x82f63b78;
const tables: readonly Uint32Array[] = makeTables();

function makeTables(): Uint32Array[] {
  const first = new Uint32Array(256).map((_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
  const all = [first];
  for (let nth = 1; nth < 8; nth += 1) {
    const before = all[nth - 1] ?? first;
    all.push(before.map((crc) => (crc >>> 8) ^ (first[crc & 0xff] ?? 0)));
  }
  return all;
}

/** The checksum of some bytes as LevelDB writes it down: turned and moved, so that it may be summed again itself. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

export function crc32c(bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const at = (table: Uint32Array, index: number): number => table[index] as number;
  let crc = 0xffffffff;
  let from = 0;
  for (const end = bytes.length - 7; from < end; from += 8) {
    crc ^=
      (bytes[from] as number) |
      ((bytes[from + 1] as number) << 8) |
      ((bytes[from + 2] as number) << 16) |
      ((bytes[from + 3] as number) << 24);
    crc =
      at(t7, crc & 0xff) ^
      at(t6, (crc >>> 8) & 0xff) ^
      at(t5, (crc >>> 16) & 0xff) ^
      at(t4, crc >>> 24) ^
      at(t3, bytes[from + 4] as number) ^
      at(t2, bytes[from + 5] as number) ^
      at(t1, bytes[from + 6] as number) ^
      at(t0, bytes[from + 7] as number);
  }
  for (; from < bytes.length; from += 1) {
    crc = at(t0, (crc ^ (bytes[from] as number)) & 0xff) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
