export interface Asking {
  /** Asks again; while an answer is awaited, once more after it. */
  again(): void;
  stop(): void;
}

/**
 * Asks now and whenever told to, one question at a time, so that answers arrive in order and a
 * burst of changes costs two questions, not one each. After `stop` nothing is handed on.
 */
export function keepAsking<Value>(
  ask: () => Promise<Value>,
  onAnswer: (value: Value) => void,
  onFailure: (error: unknown) => void,
): Asking {
  const state = { live: true, underWay: false, stale: false };

  const askUntilFresh = async () => {
    state.underWay = true;
    do {
      state.stale = false;
      try {
        const value = await ask();
        if (state.live) onAnswer(value);
      } catch (error) {
        if (state.live) onFailure(error);
      }
    } while (state.live && state.stale);
    state.underWay = false;
  };

  const again = () => {
    if (state.underWay) state.stale = true;
    else void askUntilFresh();
  };

  again();
  return {
    again,
    stop: () => {
      state.live = false;
    },
  };
}
