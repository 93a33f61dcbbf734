/**
 * The browser's own scope, over the session playwright already holds: Firefox grants one remote session
 * only, so there is no second one by Marionette beside it. Playwright keeps that session to itself; what
 * is reached for here is checked, and playwright's version is pinned. Contract: index.d.mts.
 *
 * @param {import('playwright').BrowserContext} context
 * @returns {import('./index.d.mts').Chrome}
 */
export function chromeOf(context) {
  const session = sessionOf(context);
  return {
    run: async (body, ...args) => {
      const tree = await session.send('browsingContext.getTree', {
        'moz:scope': 'chrome',
        maxDepth: 0,
      });
      const window = tree.contexts.find(({ url }) => url.endsWith('/browser.xhtml'));
      if (!window) throw new Error('The browser has no window.');
      const answer = await session.send('script.callFunction', {
        functionDeclaration: `async (json) => {
          const args = JSON.parse(json);
          return JSON.stringify((await (async () => { ${body} })()) ?? null);
        }`,
        target: { context: window.context },
        arguments: [{ type: 'string', value: JSON.stringify(args) }],
        awaitPromise: true,
      });
      if (answer.type !== 'success') throw new Error(answer.exceptionDetails.text);
      return JSON.parse(answer.result.value);
    },
  };
}

/**
 * @param {import('playwright').BrowserContext} context
 * @returns {{ send: (method: string, params: object) => Promise<any> }}
 */
function sessionOf(context) {
  const inner = /** @type {any} */ (context);
  // oxlint-disable-next-line no-underscore-dangle -- playwright has no public way to its BiDi session.
  const session = inner._connection?.toImpl?.(inner)?._browser?._browserSession;
  if (typeof session?.send !== 'function') {
    throw new Error(
      'This playwright keeps its session elsewhere: use the version in package.json.',
    );
  }
  return session;
}

/**
 * Has anything evaluated in the page by the session itself, which is what makes Firefox report the page.
 * @param {import('playwright').Page} page
 */
export async function poke(page) {
  const inner = /** @type {any} */ (page.context());
  // oxlint-disable-next-line no-underscore-dangle -- as above.
  const target = inner._connection?.toImpl?.(page)?.delegate?._session?.sessionId;
  const session = sessionOf(page.context());
  const evaluated = session.send('script.evaluate', {
    expression: '1',
    target: { context: target },
    awaitPromise: false,
  });
  // A page that is just being replaced can't answer; the next poke reaches its successor.
  await evaluated.catch(() => undefined);
}
