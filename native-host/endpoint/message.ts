/** A request as the door that took it hands it on; header names are lower case. */
export interface EndpointRequest {
  readonly method: string;
  /** With its query, as in a request line. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array | string> | Uint8Array | string;
  /** Aborted when nobody waits for the answer any more; ends feeds. */
  readonly signal?: AbortSignal;
}

export interface EndpointResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * A text, or pieces to be sent as they come. An iteration that throws means the answer can't be
   * completed: the door must cut the connection so that the other end doesn't take it for whole.
   */
  readonly body: string | AsyncIterable<string>;
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

/** An answer in pieces, of JSON unless the headers say otherwise. */
export function pieces(
  body: AsyncIterable<string>,
  headers: Readonly<Record<string, string>> = {},
): EndpointResponse {
  return { status: 200, headers: { ...baseHeaders, ...headers }, body };
}
