import type { Page } from 'playwright';
import type { Person } from '../../test/helpers/browser/index.mjs';

/** Milliseconds from the click, by the clock of the browser's own window, which isn't coarse. */
export interface Erasing {
  /** No key is on the disk. */
  readonly kept: number;
  /** Nor is one in the browser's memory. */
  readonly remembered: number;
}

/** Runs in the page's own process: passes on what the page marks on its root. */
const frameScript = `(() => {
  const root = content.document.documentElement;
  new content.MutationObserver(() => sendAsyncMessage('n25:erasing', root.dataset.erasing))
    .observe(root, { attributeFilter: ['data-erasing'] });
})();`;

/**
 * Clicks the last button of a page that asks whether everything is to be erased, and resolves once it has been clicked.
 *
 * @returns when what was gone; it rejects when that is never heard, since the page goes with what it shows
 */
export async function watchErasing(person: Person, page: Page): Promise<() => Promise<Erasing>> {
  const { chrome } = person;
  await page.bringToFront();
  await chrome.run(
    `const [script] = args;
     // The page's window goes with it.
     const times = {};
     Services.mm.addMessageListener('n25:erasing', ({ data: what }) => {
       times[what] ??= ChromeUtils.now();
       Services.prefs.setStringPref('n25.erasing', JSON.stringify(times));
     });
     const win = Services.wm.getMostRecentWindow('navigator:browser');
     const browser = win.gBrowser.selectedBrowser;
     browser.messageManager.loadFrameScript('data:,' + encodeURIComponent(script), false);`,
    frameScript,
  );
  await page.evaluate(async () => {
    const { browser } = globalThis as unknown as {
      browser: {
        storage: {
          session: { set: (items: object) => Promise<void> };
          onChanged: {
            addListener: (
              hear: (changes: Record<string, { newValue?: unknown }>, area: string) => void,
            ) => void;
          };
        };
      };
    };
    // Something that is certainly there to go.
    await browser.storage.session.set({ bench: 1 });
    const root = document.documentElement;
    browser.storage.onChanged.addListener((changes, area) => {
      const isGone = (name: string) =>
        changes[name] !== undefined && changes[name].newValue === undefined;
      if (area === 'local' && isGone('keys')) root.dataset['erasing'] = 'kept';
      if (area === 'session' && isGone('bench')) root.dataset['erasing'] = 'remembered';
    });
    const buttons = document.querySelectorAll<HTMLButtonElement>(
      '[role=dialog] button, dialog button',
    );
    const last = [...buttons].find(({ textContent }) => textContent === 'Erase everything');
    root.dataset['erasing'] = 'clicked';
    last?.click();
  });
  return async () => {
    const told = await chrome.run(`return Services.prefs.getStringPref('n25.erasing', '{}');`);
    const seen = JSON.parse(String(told)) as Record<string, number>;
    const after = (what: string): number => {
      const { clicked } = seen;
      const at = seen[what];
      if (clicked === undefined || at === undefined) throw new Error(`unheard: ${what}`);
      return at - clicked;
    };
    return { kept: after('kept'), remembered: after('remembered') };
  };
}
