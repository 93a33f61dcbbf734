import * as v from 'valibot';
import browser, { type Runtime } from 'webextension-polyfill';
import { CodedError, codeOf } from '../../protocol/codes.ts';
import {
  type PageCallArguments,
  type PageCallName,
  pageCalls,
  pagePortName,
  type PageReply,
  type PageResults,
  type Topic,
} from '../../protocol/page-calls.ts';
import { KeepAwake } from './keep-awake.ts';

/** One handler for each call; arguments arrive decoded. */
export type PageHandlers = {
  [Name in PageCallName]: (args: PageCallArguments<Name>) => Promise<PageResults[Name]>;
};

const requestSchema = v.strictObject({
  id: v.pipe(v.number(), v.safeInteger()),
  call: v.picklist(Object.keys(pageCalls) as PageCallName[]),
  args: v.unknown(),
});

/**
 * Answers the add-on's own pages. Privilege is decided once, when a port connects: the sender must
 * be a page of this add-on; content scripts have the same id but a web page's address.
 */
export class PageServer {
  readonly #ports = new Set<Runtime.Port>();
  readonly #handlers: Promise<PageHandlers>;
  readonly #awake = new KeepAwake(() => void browser.runtime.getPlatformInfo());
  #changed = new Set<Topic>();

  /** @param handlers resolves when the background is far enough to answer; calls wait for it */
  constructor(handlers: Promise<PageHandlers>) {
    this.#handlers = handlers;
  }

  /** Whether any page is open. */
  get watched(): boolean {
    return this.#ports.size > 0;
  }

  connect(port: Runtime.Port): void {
    const { sender } = port;
    const ours = sender?.url?.startsWith(browser.runtime.getURL('')) === true;
    if (port.name !== pagePortName || sender?.id !== browser.runtime.id || !ours) {
      port.disconnect();
      return;
    }
    this.#ports.add(port);
    const closed = new Promise<void>((resolve) => port.onDisconnect.addListener(() => resolve()));
    // While somebody looks, friends' news should come in, and the page should not have to start us over.
    void this.#awake.during(closed).then(() => this.#ports.delete(port));
    port.onMessage.addListener((message: unknown) => void this.#answer(port, message));
  }

  /** Tells every page what to ask for again; several changes in one turn go as one event. */
  changed(...topics: Topic[]): void {
    if (this.#changed.size === 0) {
      queueMicrotask(() => {
        const event = { changed: [...this.#changed] };
        this.#changed = new Set();
        for (const port of this.#ports) port.postMessage(event);
      });
    }
    for (const topic of topics) this.#changed.add(topic);
  }

  async #answer(port: Runtime.Port, message: unknown): Promise<void> {
    const request = v.safeParse(requestSchema, message);
    if (!request.success) return;
    const { id, call, args } = request.output;
    let reply: PageReply;
    try {
      reply = { id, ok: true, value: await this.#awake.during(this.#call(call, args)) };
    } catch (error) {
      const detail = error instanceof CodedError ? error.detail : undefined;
      reply = { id, ok: false, code: codeOf(error), ...(detail === undefined ? {} : { detail }) };
      // The browser's console is the only place where an unexpected error may leave its text.
      if (reply.code === 'internal') reportError(error);
    }
    if (this.#ports.has(port)) port.postMessage(reply);
  }

  async #call<Name extends PageCallName>(call: Name, args: unknown): Promise<PageResults[Name]> {
    const decoded = v.safeParse(pageCalls[call], args);
    if (!decoded.success) throw refusalOf(decoded.issues[0]);
    const handlers = await this.#handlers;
    return handlers[call](decoded.output);
  }
}

/** What was wrong with the arguments, in the person's terms where they could have typed them. */
function refusalOf(issue: v.BaseIssue<unknown>): CodedError {
  if (issue.type === 'max_length')
    return new CodedError('text-too-long', String(issue.requirement));
  if (issue.type === 'min_length') return new CodedError('text-empty');
  return new CodedError('malformed', issue.expected ?? undefined);
}
