import { call } from './call.ts';

/** Often enough for who counts minutes. */
const pause = 20_000;

/** Tells the background that somebody uses this page, so that it doesn't lock under their hands. */
export function tellOfUse(): void {
  let told = 0;
  const tell = () => {
    const now = Date.now();
    if (Math.abs(now - told) < pause) return;
    told = now;
    // Nobody there to hear it: then there is nothing open that could be locked.
    call('stillHere', {}).catch(() => undefined);
  };
  for (const event of ['pointerdown', 'keydown', 'wheel']) {
    document.addEventListener(event, tell, { capture: true, passive: true });
  }
  tell();
}
