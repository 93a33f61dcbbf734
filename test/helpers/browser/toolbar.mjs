/**
 * What a person sees and does in the browser's own window, outside any page.
 * @param {import('./index.d.mts').Chrome} chrome @param {string} addonId
 * @returns {import('./index.d.mts').BrowserWindow}
 */
export function browserWindow(chrome, addonId) {
  const widget = `${addonId.replaceAll(/[^a-z0-9_-]/g, '_')}-browser-action`;
  return {
    button: async () =>
      /** @type {import('./index.d.mts').ToolbarButton} */ (
        await chrome.run(
          `const [id] = args;
           const win = Services.wm.getMostRecentWindow('navigator:browser');
           const node = win.document.getElementById(id);
           const button = node.querySelector('.unified-extensions-item-action-button') ?? node;
           return { title: button.getAttribute('tooltiptext') ?? '', badge: button.getAttribute('badge') ?? '' };`,
          widget,
        )
      ),
    chooseInContextMenu: async (label) => {
      await chrome.run(
        `const [label] = args;
         const win = Services.wm.getMostRecentWindow('navigator:browser');
         const menu = win.document.getElementById('contentAreaContextMenu');
         for (let tries = 0; menu.state !== 'open'; tries += 1) {
           if (tries === 100) throw new Error('No context menu opened: ' + menu.state);
           await new Promise((resolve) => win.setTimeout(resolve, 50));
         }
         const items = [...menu.querySelectorAll('menuitem, menu')].filter((item) => !item.hidden);
         const item = items.find((each) => each.getAttribute('label') === label);
         if (!item) throw new Error('Not in the menu: ' + items.map((each) => each.getAttribute('label')));
         const closed = new Promise((resolve) => menu.addEventListener('popuphidden', resolve, { once: true }));
         menu.activateItem(item);
         await closed;`,
        label,
      );
    },
    addonPopup: async () =>
      /** @type {{ open: boolean, url?: string }} */ (
        await chrome.run(
          `const win = Services.wm.getMostRecentWindow('navigator:browser');
           const panels = [...win.document.querySelectorAll('panel')].filter((panel) => panel.state === 'open' || panel.state === 'showing');
           for (const panel of panels) {
             const view = panel.querySelector('.webextension-popup-browser');
             if (view) return { open: true, url: view.currentURI.spec };
           }
           return { open: false };`,
        )
      ),
    closeAddonPopup: async () => {
      await chrome.run(
        `const win = Services.wm.getMostRecentWindow('navigator:browser');
         for (const panel of win.document.querySelectorAll('panel')) {
           if (panel.querySelector('.webextension-popup-browser')) panel.hidePopup();
         }`,
      );
    },
    picture: async () =>
      /** @type {string} */ (
        await chrome.run(
          `const win = Services.wm.getMostRecentWindow('navigator:browser');
           const { innerWidth: width, innerHeight: height } = win;
           const bitmap = await win.browsingContext.currentWindowGlobal.drawSnapshot(
             new win.DOMRect(0, 0, width, height), 1, 'rgb(255,255,255)');
           const canvas = win.document.createElementNS('http://www.w3.org/1999/xhtml', 'canvas');
           canvas.width = bitmap.width;
           canvas.height = bitmap.height;
           canvas.getContext('2d').drawImage(bitmap, 0, 0);
           return canvas.toDataURL('image/png').split(',')[1];`,
        )
      ),
  };
}
