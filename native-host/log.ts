import { appendFileSync } from 'node:fs';
import type { Code } from '../src/protocol/codes.ts';

/** What happened, in a word of ours, with its code. Nothing a peer or a page said may be passed here. */
export type Log = (event: LogEvent, code?: Code) => void;

export type LogEvent =
  | 'started'
  | 'refused'
  | 'message-failed'
  | 'access-copy'
  | 'ended'
  | 'closing-timed-out'
  | 'crashed';

/** A log at the file `NETWORK25_LOG` names, else one that keeps nothing. A log that can't be written is no reason to stop. */
export function openLog(file: string | undefined): Log {
  if (!file) return () => {};
  return (event, code) => {
    const line = [new Date().toISOString(), process.pid, event, code ?? ''].join(' ').trimEnd();
    try {
      appendFileSync(file, `${line}\n`, { mode: 0o600 });
    } catch {
      // The person asked for a log where none can be written; the host's work goes on.
    }
  };
}
