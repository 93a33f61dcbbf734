import { readFileSync } from 'node:fs';

/**
 * Two abilities of packages that this add-on must not have, and never uses. They are taken out rather
 * than trusted to lie idle; a reviewer who searches for them finds none. Each text must be there exactly
 * once, so that a new version of the package can't bring the ability back unseen.
 */
const takenOut = [
  {
    // PouchDB runs functions of design documents, made from strings.
    file: /[\\/]pouchdb-(browser|utils)[\\/]lib[\\/]index(-browser)?\.es\.js$/,
    text: 'return Function.apply(null, keys).apply(null, values);',
    instead: "throw new Error('design documents are not run here');",
  },
  {
    // Preact's dangerouslySetInnerHTML: text that is markup.
    file: /[\\/]preact[\\/]dist[\\/]preact\.mjs$/,
    text: '(t.innerHTML=h.__html)',
    instead: '(t.textContent=h.__html)',
  },
];

export function takeOut() {
  return {
    name: 'take-out',
    setup({ onLoad }) {
      for (const { file, text, instead } of takenOut) {
        onLoad({ filter: file }, ({ path }) => {
          const parts = readFileSync(path, 'utf8').split(text);
          if (parts.length !== 2) {
            return {
              errors: [{ text: `expected once, found ${parts.length - 1} times: ${text}` }],
            };
          }
          return { contents: parts.join(instead), loader: 'js' };
        });
      }
    },
  };
}
