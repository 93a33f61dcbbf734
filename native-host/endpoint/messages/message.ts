import type { JsonBounds } from '../limits/json-bounds.ts';

/** A request as the door that took it hands it on; header names are lower case. */
export interface EndpointRequest {
  readonly method: string;
  /** With its query, as in a request line. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array | string> | Uint8Array | string;
  /** What the body may hold, where that is less than of the owner's. */
  readonly bounds?: { readonly bytes: number; readonly json: JsonBounds };
  /** Aborted when nobody waits for the answer any more; ends feeds. */
  readonly signal?: AbortSignal;
}

export interface EndpointResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * A text, bytes, or pieces to be sent as they come. An iteration that throws means the answer can't be
   * completed: the door must cut the connection so that the other end doesn't take it for whole.
   */
  readonly body: string | Uint8Array | AsyncIterable<string>;
  /** The pieces come when something happens: each has to go out at once. */
  readonly live?: true;
  /** Aborted when the caller may not have the rest: what is still on its way is to be cut off. */
  readonly ended?: AbortSignal;
}

/** Who asks, decided once by the door that took the request. */
export type Caller =
  /** The add-on, through the native port. */
  | { readonly kind: 'owner' }
  /** Someone on the access list; `tokenHash` tells by which token. */
  | { readonly kind: 'peer'; readonly address: string; readonly tokenHash?: string }
  /** Anyone else at the onion door. */
  | { readonly kind: 'stranger' }
  /** Anyone at a door opened by hand for other people's clients, on loopback. */
  | { readonly kind: 'open' };

export function peerAddress(caller: Caller): string | undefined {
  return caller.kind === 'peer' ? caller.address : undefined;
}

const baseHeaders = {
  'content-type': 'application/json',
  // What friends share must not lie in a browser's disk cache.
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

export function json(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): EndpointResponse {
  return {
    status,
    headers: { ...baseHeaders, ...headers },
    body: `${JSON.stringify(value)}\n`,
  };
}

/** An answer of some other kind than JSON. */
export function bytes(
  body: Uint8Array,
  headers: Readonly<Record<string, string>> & { readonly 'content-type': string },
): EndpointResponse {
  return { status: 200, headers: { ...baseHeaders, ...headers }, body };
}

/** JSON in pieces. */
export function pieces(body: AsyncIterable<string>): EndpointResponse {
  return { status: 200, headers: baseHeaders, body };
}

/** Pieces as they happen, of JSON if nothing else is said. */
export function feed(
  body: AsyncIterable<string>,
  type = baseHeaders['content-type'],
): EndpointResponse {
  return { status: 200, headers: { ...baseHeaders, 'content-type': type }, body, live: true };
}

/** What the caller has already is not sent again. */
export function unchanged(etag: string): EndpointResponse {
  return { status: 304, headers: { etag }, body: '' };
}

/** Whether the caller says that it has what this tag names. */
export function hasAlready({ headers }: EndpointRequest, etag: string): boolean {
  const tags = (headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim());
  return tags.includes(etag) || tags.includes(`W/${etag}`) || tags.includes('*');
}

/** Whether this kind of answer is wanted. As in CouchDB, who says nothing takes any. */
export function accepts({ headers }: EndpointRequest, type: string): boolean {
  const wide = `${type.split('/')[0] ?? ''}/*`;
  return (headers['accept'] ?? '*/*').split(',').some((part) => {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return (
      [type, wide, '*/*'].includes(range) && !parameters.some((text) => /^q=0(\.0*)?$/.test(text))
    );
  });
}

/** For a way that carries text only: everything answered to the owner is text. */
export function asText(response: EndpointResponse): EndpointResponse & {
  readonly body: string | AsyncIterable<string>;
} {
  const { body } = response;
  return { ...response, body: body instanceof Uint8Array ? new TextDecoder().decode(body) : body };
}
