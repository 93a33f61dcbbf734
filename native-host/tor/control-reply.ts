import { CodedError } from '../../src/protocol/codes.ts';

/** One line of a reply without its status: `text` after the status, and the data block of a `+` line. */
export interface ReplyLine {
  readonly text: string;
  readonly data?: readonly string[];
}

/** One whole reply or event; `status` is that of its last line (650 is an event). */
export interface ControlReply {
  readonly status: number;
  readonly lines: readonly ReplyLine[];
}

export interface ReplyLimits {
  readonly lineBytes: number;
  readonly replyBytes: number;
}

/**
 * What we ask fits in a hundredth of this: the longest are a list of services (57 bytes each) and a
 * path. More is not the Tor we talk to.
 */
const replyLimits: ReplyLimits = { lineBytes: 16_384, replyBytes: 262_144 };

/**
 * Takes the control port's bytes in pieces of any size and gives whole replies. Bytes become
 * characters one to one (latin1): what is quoted is decoded where it is used.
 *
 * Throws CodedError `malformed` at the first line that is no reply and `too-large` past a limit; the
 * connection is of no use after that.
 */
export class ReplyDecoder {
  #rest = '';
  #lines: ReplyLine[] = [];
  #bytes = 0;
  /** That of the lines in `#lines`: a reply has one status from its first line to its last. */
  #status = '';
  /** The `+` line whose data block we are in. */
  #open: { text: string; data: string[] } | undefined;
  readonly #limits: ReplyLimits;

  constructor(limits: ReplyLimits = replyLimits) {
    this.#limits = limits;
  }

  push(chunk: Uint8Array): ControlReply[] {
    const replies: ControlReply[] = [];
    const text = this.#rest + Buffer.from(chunk).toString('latin1');
    let start = 0;
    for (let end; (end = text.indexOf('\r\n', start)) !== -1; start = end + 2) {
      const reply = this.#line(text.slice(start, end));
      if (reply !== undefined) replies.push(reply);
    }
    this.#rest = text.slice(start);
    if (this.#rest.length > this.#limits.lineBytes) throw tooLarge();
    return replies;
  }

  #line(line: string): ControlReply | undefined {
    this.#bytes += line.length + 2;
    if (line.length > this.#limits.lineBytes || this.#bytes > this.#limits.replyBytes)
      throw tooLarge();
    if (this.#open !== undefined) return this.#dataLine(this.#open, line);
    const match = /^([1-6]\d\d)([ +-])([^\r\n]*)$/.exec(line);
    if (match === null) throw new CodedError('malformed', 'control reply');
    const [, status = '', separator, text = ''] = match;
    // An event comes between replies, never inside one; else it would swallow what was answered.
    if (this.#lines.length > 0 && status !== this.#status)
      throw new CodedError('malformed', 'a reply of two minds');
    this.#status = status;
    if (separator === '+') {
      this.#open = { text, data: [] };
      return undefined;
    }
    this.#lines.push({ text });
    if (separator === '-') return undefined;
    const reply = { status: Number(status), lines: this.#lines };
    this.#lines = [];
    this.#bytes = 0;
    return reply;
  }

  #dataLine(open: { text: string; data: string[] }, line: string): undefined {
    if (line === '.') {
      this.#lines.push(open);
      this.#open = undefined;
    } else {
      open.data.push(line.startsWith('.') ? line.slice(1) : line);
    }
  }
}

const tooLarge = () => new CodedError('too-large', 'control reply');
