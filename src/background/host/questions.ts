import type { FromHost, ToHost } from '../../protocol/native-messages.ts';

type Kind = 'probe-socks' | 'bridges' | 'always-on' | 'test-service' | 'erase';
type Question = Extract<ToHost, { type: Kind }>;
export type Answer = Extract<FromHost, { type: Kind }>;

/** What the host is asked about itself and Tor, each question with the one answer that bears its number. */
export class Questions {
  readonly #send: (question: Question) => void;
  readonly #asked = new Map<number, (answer: Answer | undefined) => void>();
  #last = 0;

  constructor(send: (question: Question) => void) {
    this.#send = send;
  }

  /** Resolves with undefined when no answer comes in time, or the host goes. */
  async ask(question: (id: number) => Question, patience: number): Promise<Answer | undefined> {
    this.#last += 1;
    const id = this.#last;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const answered = new Promise<Answer | undefined>((resolve) => {
      this.#asked.set(id, resolve);
      timer = setTimeout(() => resolve(undefined), patience);
    });
    this.#send(question(id));
    const answer = await answered;
    clearTimeout(timer);
    this.#asked.delete(id);
    return answer;
  }

  answer(answer: Answer): void {
    this.#asked.get(answer.id)?.(answer);
  }

  /** The host has gone: nobody will answer. */
  fail(): void {
    for (const resolve of this.#asked.values()) resolve(undefined);
  }
}
