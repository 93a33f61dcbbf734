import { createHash } from 'node:crypto';

/** The page's whole style. No font, no picture and nothing else is fetched from anywhere. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #24202c; --soft: #645d70; --line: #e4dfe9; --accent: #6a3fb5;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #17141c; --card: #201c28; --ink: #ece8f2; --soft: #a79fb4; --line: #373142; --accent: #bd9cff; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, sans-serif; overflow-wrap: anywhere;
}
main, footer { max-width: 42rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: grid; grid-template-columns: auto 1fr; gap: 0 1.25rem; align-items: center; padding: 3rem 0 1rem; }
header svg { width: 4.5rem; height: 4.5rem; border-radius: 1.25rem; background: var(--card); border: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 0.85rem; letter-spacing: 0.08em; text-transform: uppercase; color: var(--soft); }
.address { margin: 0.25rem 0 0; font: 0.8rem/1.4 ui-monospace, monospace; color: var(--soft); }
.words { white-space: pre-wrap; margin: 0; }
.about { font-size: 1.125rem; margin: 0.75rem 0 0; }
ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.5rem; }
li { padding: 0.15rem 0.75rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); font-size: 0.95rem; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 0.9rem; padding: 1rem 1.25rem; margin: 0 0 1rem; }
time { display: block; margin-bottom: 0.35rem; font-size: 0.85rem; color: var(--soft); }
.erased { color: var(--soft); font-style: italic; margin: 0; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 0.25rem; }
nav { display: flex; flex-wrap: wrap; gap: 1.5rem; margin: 1.5rem 0; }
footer { margin-top: 3rem; padding-bottom: 3rem; color: var(--soft); font-size: 0.9rem; }
footer p { border-top: 1px solid var(--line); padding-top: 1rem; margin: 0 0 1rem; }
footer p + p { border: 0; padding: 0; }
@media (max-width: 30rem) { header { grid-template-columns: 1fr; gap: 1rem; padding-top: 1.5rem; } h1 { font-size: 1.6rem; } }
`;

const hash = createHash('sha256').update(style).digest('base64');

/** Nothing is allowed but this one style: no script, no form, no frame, no request to anyone. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
