/** Runs jobs, at most `most` at once; the others wait in line. */
export function limited(most: number): <T>(job: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (job) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      // The place goes from hand to hand, so nobody can take it in between.
      if (next) next();
      else running -= 1;
    }
  };
}
