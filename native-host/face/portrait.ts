import { markup, type Markup } from './markup.ts';

const cells = 5;
const half = 3;

/**
 * A small picture that follows from a person's public key, so that two people of the same name look
 * different. Decoration: whoever wants to be sure compares the address.
 */
export function portrait(publicKey: Uint8Array): Markup {
  const hue = ((publicKey[0] ?? 0) * 256 + (publicKey[1] ?? 0)) % 360;
  const squares: Markup[] = [];
  for (let row = 0; row < cells; row += 1) {
    for (let column = 0; column < half; column += 1) {
      const byte = publicKey[2 + row * half + column] ?? 0;
      if (byte % 2 === 0) continue;
      squares.push(square(column, row));
      if (column < half - 1) squares.push(square(cells - 1 - column, row));
    }
  }
  return markup`<svg viewBox="-1 -1 7 7" aria-hidden="true" fill="hsl(${hue} 60% 55%)">${squares}</svg>`;
}

// A little wider than a cell, so that no hairline shows between two.
function square(x: number, y: number): Markup {
  return markup`<rect x="${x}" y="${y}" width="1.02" height="1.02"/>`;
}
