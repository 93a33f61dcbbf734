import { FirstPage } from '../../src/background/first-page/first-page.ts';
import { randomBytes } from '../../src/domain/sodium.ts';
import { systemClock } from '../../src/store/clock.ts';
import { TestSessionArea } from '../../test/store/session-area.ts';
import type { SessionArea } from '../../src/store/ports.ts';

/** As the background has it, kept in this area. */
export function firstPageIn(area: SessionArea, key: Uint8Array): FirstPage {
  return new FirstPage({
    area,
    shown: new TestSessionArea(),
    key: () => key,
    random: randomBytes,
    after: (milliseconds, run) => systemClock.after(milliseconds, run),
    failed: (error) => console.error(error),
  });
}
