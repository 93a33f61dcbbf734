import type { Person } from '../../test/helpers/browser/index.mjs';

/** Milliseconds from the click on Network25's button. */
export interface Opening {
  readonly firstPost: number;
  /** The composer is there: everything is open. */
  readonly everything: number;
}

/** Runs in the popup's own process: tells when its first post, and when its composer, is there. */
const frameScript = `addEventListener('DOMContentLoaded', ({ target: page }) => {
  if (!/^moz-extension:.*popup\\.html/.test(page.location.href)) return;
  const wanted = new Map([['firstPost', 'article.post'], ['everything', 'textarea']]);
  const look = () => {
    for (const [what, selector] of wanted) {
      if (!page.querySelector(selector)) continue;
      wanted.delete(what);
      sendAsyncMessage('n25:seen', what);
    }
  };
  new page.defaultView.MutationObserver(look).observe(page, { childList: true, subtree: true });
  look();
}, true);`;

/** Has the browser's own window tell when what is in a popup, by a clock that isn't coarse. */
export async function watchPopups({ chrome }: Person): Promise<void> {
  await chrome.run(
    `const [script] = args;
     Services.mm.loadFrameScript('data:,' + encodeURIComponent(script), true);`,
    frameScript,
  );
}

/** Clicks the button, waits until everything is there, and closes the popup again. */
export async function openPopup({ chrome, window }: Person, addonId: string): Promise<Opening> {
  const seen = await chrome.run(
    `const [id] = args;
     const win = Services.wm.getMostRecentWindow('navigator:browser');
     const button = win.document.getElementById(id).querySelector('.unified-extensions-item-action-button')
       ?? win.document.getElementById(id);
     const began = win.performance.now();
     return new Promise((resolve, reject) => {
       const times = {};
       const timer = win.setTimeout(() => reject(new Error('seen: ' + JSON.stringify(times))), 120000);
       const hear = ({ data: what }) => {
         times[what] ??= win.performance.now() - began;
         if (!('everything' in times) || !('firstPost' in times)) return;
         win.clearTimeout(timer);
         Services.mm.removeMessageListener('n25:seen', hear);
         resolve(times);
       };
       Services.mm.addMessageListener('n25:seen', hear);
       button.click();
     });`,
    widgetOf(addonId),
  );
  await window.closeAddonPopup();
  return seen as Opening;
}

/** As the browser does to a background that nobody has used for a while; its host ends with it. */
export async function endBackground({ chrome }: Person, addonId: string): Promise<void> {
  await chrome.run(
    `const [id] = args;
     await WebExtensionPolicy.getByID(id).extension.terminateBackground({ disableResetIdleForTest: true });`,
    addonId,
  );
}

const widgetOf = (id: string): string => `${id.replaceAll(/[^a-z0-9_-]/g, '_')}-browser-action`;
