import { parseAddress, type OnionAddress } from '../../src/domain/address.ts';
import type { ProfileEvaluation } from '../../src/domain/space/evaluate-profile.ts';
import type { AccessControl } from '../endpoint/access/access.ts';
import { isExpected } from '../endpoint/messages/error-response.ts';
import type { EndpointRequest, EndpointResponse } from '../endpoint/messages/message.ts';
import { parsePath } from '../endpoint/messages/path.ts';
import type { HostStore } from '../store/store.ts';
import { renderAtom } from './atom.ts';
import { renderPage } from './page.ts';
import { createPublicPerson, profileNameOf } from './public-person.ts';
import { createPublicPosts, type ListedPost, type PublicPosts } from './public-posts.ts';
import { contentSecurityPolicy } from './style.ts';

/** The page on port 80. Off until the person switches it on; then it answers anyone. */
export interface Face {
  /** Show this person, who must be ourselves; `undefined` shows nothing to nobody. */
  show(address: string | undefined): void;
  handle(request: EndpointRequest): Promise<EndpointResponse>;
}

export interface FaceOptions {
  readonly store: HostStore;
  /** Only what any stranger may read is shown. */
  readonly access: AccessControl;
  readonly log?: (fault: unknown) => void;
}

const postsPerPage = 20;
const postsInFeed = 50;

const headers = {
  'cache-control': 'no-store',
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** An answer that says nothing: not even whether there is a page at other times. */
const nothingHere: EndpointResponse = {
  status: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: '',
};

export function createFace({ store, access, log = () => {} }: FaceOptions): Face {
  const publicPosts = createPublicPosts(store);
  const persons = createPublicPerson(store);
  let shown: OnionAddress | undefined;

  const answer = async (request: EndpointRequest): Promise<EndpointResponse> => {
    if (shown === undefined || !isForHost(request, shown)) return nothingHere;
    if (request.method !== 'GET' && request.method !== 'HEAD') return nothingHere;
    const { segments, query } = parsePath(request.path);
    const [page = '', ...rest] = segments;
    if (rest.length > 0 || (page !== '' && page !== 'feed.atom')) return nothingHere;
    if (!mayAnyoneRead(access, profileNameOf(shown))) return nothingHere;
    const person = await persons.read(shown);
    if (person === undefined) return nothingHere;
    const blogs = person.profile.feeds
      .map(({ space }) => space)
      .filter((space) => mayAnyoneRead(access, space));
    const listed = await publicPosts.list(shown, [...new Set(blogs)]);
    if (page === 'feed.atom') return atom(person, publicPosts, listed);
    const from = new URLSearchParams(query).get('from') ?? undefined;
    return postsPage(person, publicPosts, listed, from);
  };

  return {
    show(address) {
      const parsed = address === undefined ? undefined : parseAddress(address);
      shown = parsed?.ok ? parsed.value : undefined;
    },
    async handle(request) {
      try {
        const response = await answer(request);
        return request.method === 'HEAD' ? { ...response, body: '' } : response;
      } catch (thrown) {
        if (!isExpected(thrown)) log(thrown);
        return nothingHere;
      }
    },
  };
}

/** Whoever reaches us under another name was led here by someone else's page (DNS rebinding). */
function isForHost({ headers: { host = '' } }: EndpointRequest, address: OnionAddress): boolean {
  return host.toLowerCase() === address || host.toLowerCase() === `${address}:80`;
}

function mayAnyoneRead(access: AccessControl, database: string): boolean {
  return access.rights({ kind: 'stranger' }, database).read;
}

async function postsPage(
  { profile, bundle }: ProfileEvaluation,
  publicPosts: PublicPosts,
  listed: readonly ListedPost[],
  from: string | undefined,
): Promise<EndpointResponse> {
  const found = from === undefined ? 0 : listed.findIndex(({ post }) => post.id === from);
  // A post that is gone by now: begin at the newest.
  const begin = Math.max(found, 0);
  const posts = await publicPosts.withTexts(listed.slice(begin, begin + postsPerPage));
  const older = listed[begin + postsPerPage]?.post.id;
  const content = { profile, bundle: bundle.document, posts, older, isFirst: begin === 0 };
  return respond('text/html', renderPage(content));
}

async function atom(
  { profile }: ProfileEvaluation,
  publicPosts: PublicPosts,
  listed: readonly ListedPost[],
): Promise<EndpointResponse> {
  const posts = await publicPosts.withTexts(listed.slice(0, postsInFeed));
  return respond('application/atom+xml', renderAtom(profile, posts));
}

function respond(type: string, body: string): EndpointResponse {
  return { status: 200, headers: { ...headers, 'content-type': `${type}; charset=utf-8` }, body };
}
