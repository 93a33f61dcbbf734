/** Whether somebody waits for an answer still. */
export interface Visit {
  readonly isOver: boolean;
  /** Aborted when it is over. Most requests end before anybody asks for it, and it is dear to make. */
  readonly signal: AbortSignal;
  readonly leave: () => void;
}

/** Without a reason of ours each request would cost one made anew, with its stack. */
const isGone = new Error('the other end is gone');

export function createVisit(): Visit {
  let controller: AbortController | undefined;
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (isOver) controller.abort(isGone);
      }
      return controller.signal;
    },
    leave() {
      isOver = true;
      controller?.abort(isGone);
    },
  };
}
