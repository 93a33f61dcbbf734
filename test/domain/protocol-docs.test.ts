import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { refusals } from '../../src/domain/refusal.ts';
import { exampleNames, renderExample } from './protocol-examples.ts';

const folder = new URL('../../docs/protocol/', import.meta.url);

/** Every worked example in the protocol documents: name and text between the fences. */
function shownExamples(): Map<string, string> {
  const shown = new Map<string, string>();
  for (const page of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(new URL(page, folder), 'utf8');
    for (const [, name = '', content = ''] of text.matchAll(
      /^```text example=(\S+)\n([\s\S]*?)\n?```$/gm,
    )) {
      shown.set(name, content);
    }
  }
  return shown;
}

const shown = shownExamples();

test.each(exampleNames)('the documents show %s as the code makes it', (name) => {
  expect(shown.get(name)).toBe(renderExample(name));
});

test('the documents show no example that nobody checks', () => {
  expect([...shown.keys()].toSorted()).toEqual(exampleNames.toSorted());
});

test('no code is listed twice', () => {
  expect(new Set(refusals).size).toBe(refusals.length);
});
