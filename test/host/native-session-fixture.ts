import { PassThrough } from 'node:stream';
import { createFrameWriter } from '../../native-host/messaging/frame-writer.ts';
import { encodeFrame, FrameReader } from '../../native-host/messaging/framing.ts';
import type {
  HostEvents,
  HostServices,
  OpenHost,
  TunnelRequest,
  TunnelResponse,
} from '../../native-host/messaging/host-services.ts';
import { runSession } from '../../native-host/messaging/session.ts';
import { type FromHost, nativeProtocolVersion } from '../../src/protocol/native-messages.ts';

export const hello = {
  type: 'hello',
  protocol: nativeProtocolVersion,
  addon: '0.1.0',
  profile: '0123456789abcdef0123456789abcdef',
};

export function answer(body: string, status = 200): TunnelResponse {
  return { status, headers: { 'content-type': 'application/json' }, body };
}

/** A session over two pipes in this process, with a host that only remembers what it was asked. */
export function startSession(overrides: Partial<HostServices> = {}, open?: OpenHost) {
  const input = new PassThrough();
  const output = new PassThrough({ highWaterMark: 1_024 });
  const reader = new FrameReader();
  const received: FromHost[] = [];
  const listeners = new Set<() => void>();
  const calls: unknown[][] = [];
  const logged: string[] = [];
  let events: HostEvents | undefined;
  let paused = false;

  const services: HostServices = {
    request: async () => answer('{}'),
    publish: async (key, address) => void calls.push(['publish', key, address]),
    unpublish: async () => void calls.push(['unpublish']),
    setAccess: async (list, key) => {
      calls.push(['access', list, key]);
      return { version: list.version };
    },
    lendTransportKey: (loan) => void calls.push(['lend', loan]),
    takeBackTransportKey: () => void calls.push(['take-back']),
    setPublicFace: (on, address) => void calls.push(['public-face', on, address]),
    lookForTor: async (password) => void calls.push(['look-for-tor', password]),
    probeSocks: async (host, port) => host === '127.0.0.1' && port === 9050,
    bridges: async (lines) => {
      calls.push(['bridges', lines]);
      return { lines: [...(lines ?? [])], missing: [] };
    },
    alwaysOn: async (on) => {
      calls.push(['always-on', on]);
      return on ?? false;
    },
    testService: async () => 'onion-unreachable',
    erase: async (gone) => void calls.push(['erase', gone]),
    close: async () => void calls.push(['close']),
    ...overrides,
  };
  const take = (bytes: Uint8Array) => {
    for (const incoming of reader.push(bytes)) {
      if (incoming.kind !== 'message')
        throw new Error(`the host sent a bad frame: ${incoming.kind}`);
      received.push(incoming.value as FromHost);
    }
    for (const listener of listeners) listener();
  };
  output.on('data', take);

  const ended = runSession({
    input,
    send: createFrameWriter(output),
    open:
      open ??
      (async (_profile, given) => {
        events = given;
        return services;
      }),
    version: '9.9.9',
    log: (event, code) => logged.push(`${event} ${code ?? ''}`.trimEnd()),
  }).then(async ({ end, close }) => {
    await close();
    return end;
  });

  /** Resolves with the first message, old or new, that fits. */
  const waitFor = async <T extends FromHost['type']>(
    type: T,
    fits: (message: Extract<FromHost, { type: T }>) => boolean = () => true,
  ): Promise<Extract<FromHost, { type: T }>> => {
    for (;;) {
      const found = received.find(
        (message): message is Extract<FromHost, { type: T }> =>
          message.type === type && fits(message as Extract<FromHost, { type: T }>),
      );
      if (found) return found;
      await new Promise<void>((resolve) => {
        const once = () => {
          listeners.delete(once);
          resolve();
        };
        listeners.add(once);
      });
    }
  };

  return {
    input,
    received,
    calls,
    logged,
    ended,
    waitFor,
    events: () => events,
    send: (...messages: unknown[]) => {
      for (const message of messages) input.write(encodeFrame(message));
    },
    /** The browser stops reading. */
    pause: () => {
      paused = true;
      output.pause();
    },
    resume: () => {
      if (paused) output.resume();
    },
    /** A whole answer, put together from its chunks. */
    async response(id: number): Promise<{ status: number; text: string; frames: number }> {
      const head = await waitFor('response', (message) => message.id === id);
      if (!head.last) {
        await waitFor('response-body', (message) => message.id === id && message.last);
      }
      const rest = received.filter(
        (message) => message.type === 'response-body' && message.id === id,
      );
      const bodies = rest.map((message) => (message.type === 'response-body' ? message.body : ''));
      return {
        status: head.status,
        text: [head.body, ...bodies].join(''),
        frames: 1 + rest.length,
      };
    },
  };
}

export function request(id: number, path = '/', body = '', rest: object = {}) {
  return { type: 'request', id, method: 'GET', path, headers: {}, body, last: true, ...rest };
}

/** A door that answers when told to, and notes which requests were aborted. */
export function doorByHand() {
  const waiting = new Map<string, (response: TunnelResponse) => void>();
  const aborted: string[] = [];
  return {
    waiting,
    aborted,
    door: (asked: TunnelRequest) =>
      new Promise<TunnelResponse>((resolve, reject) => {
        waiting.set(asked.path, resolve);
        asked.signal.addEventListener('abort', () => {
          aborted.push(asked.path);
          reject(asked.signal.reason as Error);
        });
      }),
  };
}
