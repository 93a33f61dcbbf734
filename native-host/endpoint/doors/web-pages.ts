import { isJson } from '../messages/body.ts';
import { forbidden, HttpError } from '../messages/http-error.ts';
import type { EndpointRequest, EndpointResponse } from '../messages/message.ts';

/**
 * A page whose name was made to point at this machine (DNS rebinding) still says its own name here. Two
 * names are none: whoever stands between us and the client may have looked at the other one.
 */
export function checkHost({ headers }: EndpointRequest, hosts: readonly string[]): void {
  if (!hosts.includes((headers['host'] ?? '').toLowerCase())) {
    throw new HttpError(421, 'misdirected_request', 'This is not the host you asked for.');
  }
}

const ofAddon = /^moz-extension:\/\/[A-Za-z0-9-]{1,100}$/;

/**
 * Browsers name the page a request comes from; only an add-on's own pages have business here. Ours keep
 * their name to themselves: `null`, which a web page can say too, but it can't send JSON without asking
 * first (OPTIONS), and nobody is told yes here.
 */
export function checkOrigin({ method, headers }: EndpointRequest): void {
  const { origin } = headers;
  if (origin === undefined || ofAddon.test(origin)) return;
  if (origin === 'null' && method === 'POST' && isJson(headers['content-type'])) return;
  throw forWebPages();
}

/**
 * Images, frames, scripts and links of web pages come without an `Origin`; browsers say of those, to a
 * loopback address, that another site asks. `none` is what a person types, clients that are no browsers say
 * nothing, and an add-on is known by its origin.
 */
export function checkSite({ headers }: EndpointRequest): void {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site === undefined || site === 'none' || origin !== undefined) return;
  throw forWebPages();
}

const forWebPages = (): HttpError => forbidden('Web pages may not use this door.');

/**
 * What is shown in a browser's tab, an attachment perhaps that a stranger wrote, may not run there under
 * this door's name; and no page may take an answer in as an image or script to guess what is in it.
 */
export function withoutPages(response: EndpointResponse): EndpointResponse {
  return { ...response, headers: { ...response.headers, ...noPages } };
}

const noPages = {
  'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};
