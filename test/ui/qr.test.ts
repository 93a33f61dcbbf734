import { encodeQR } from 'qr';
import { decodeQR } from 'qr/decode.js';
import { expect, test } from 'vitest';

/** As a screen shows it: so many points for each module, black on white. */
function shown(text: string, points: number) {
  const modules = encodeQR(text, 'raw', { border: 2 });
  const side = modules.length * points;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const isDark = modules[Math.floor(y / points)]?.[Math.floor(x / points)] === true;
      if (isDark) data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
    }
  }
  return { width: side, height: side, data };
}

test('what one shows the other reads: an address, and a safety phrase', () => {
  const address = `${'a2'.repeat(28)}.onion`;
  const phrase = Array.from({ length: 12 }, (_, index) => String(10_000 + index)).join(' ');
  for (const text of [address, phrase]) expect(decodeQR(shown(text, 5))).toBe(text);
});
