/** Longer apart, two slips of a finger are no decision. */
const apart = 2_000;

/** Runs only when it is called a second time within two seconds: a slip must not erase a life. */
export function onSecond(now: () => number, run: () => void): () => void {
  let last: number | undefined;
  return () => {
    const at = now();
    const since = last === undefined ? Number.POSITIVE_INFINITY : at - last;
    last = at;
    if (since < 0 || since > apart) return;
    last = undefined;
    run();
  };
}
