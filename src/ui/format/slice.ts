/** A ring of an avatar: where it lies, how thick it is, its colour, and which part of the circle it covers. */
export interface Ring {
  radius: number;
  width: number;
  colour: string;
  /** Share of the circle, 0 to 1; 1 is the whole. */
  arc: number;
  /** Degrees the arc is turned by. */
  turn: number;
}

export interface Slice {
  base: string;
  core: string;
  rings: Ring[];
}

const colour = (hue: number, saturation: number, lightness: number) =>
  `hsl(${Math.round(hue) % 360} ${saturation}% ${lightness}%)`;

/**
 * A slice of an onion that belongs to one address: same address, same slice, everywhere. It helps
 * the eye and proves nothing; the safety phrase does that.
 */
export function sliceOf(address: string): Slice {
  const draw = drawsFrom(address);
  const hue = draw(360);
  const light = draw(2) === 0;
  const second = hue + 30 + draw(60);
  const rings = [0, 1, 2].map((index): Ring => {
    const whole = draw(4) === 0;
    return {
      radius: 40 - index * 11 + draw(3),
      width: 4 + draw(4),
      colour: colour(
        index === 1 ? second : hue + draw(24),
        45 + draw(20),
        light ? 34 + index * 8 : 84 - index * 8,
      ),
      arc: whole ? 1 : 0.3 + draw(45) / 100,
      turn: draw(360),
    };
  });
  return {
    base: light ? colour(hue, 48, 84) : colour(hue, 42, 38),
    core: colour(second, 52, light ? 42 : 78),
    rings,
  };
}

/** Small numbers that follow from a text (xorshift over an FNV-1a hash). For looks only. */
function drawsFrom(text: string): (below: number) => number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
