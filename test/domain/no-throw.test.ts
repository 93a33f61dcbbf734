import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ways } from './outside-ways.ts';

const domain = fileURLToPath(new URL('../../src/domain', import.meta.url));

/** The words that functions begin with which read something that may come from outside. */
const reads = /^(?:add|check|decode|evaluate|find|from|open|parse|read|receive|unpad|unwrap)[A-Z]/;

function exported(): string[] {
  const files = readdirSync(domain, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const code = readFileSync(join(domain, file), 'utf8');
      const functions = code.matchAll(/^export (?:async )?function (\w+)/gm);
      return [...functions].map((found) => `${file}#${found[1] ?? ''}`);
    });
}

test('no function of the domain that reads is left out of the registry', () => {
  const names = ways.map(({ name }) => name);
  const all = exported();
  const readers = all.filter((name) => reads.test(name.split('#')[1] ?? ''));
  expect(readers.length).toBeGreaterThan(70);
  expect(readers.filter((name) => !names.includes(name))).toEqual([]);
  expect(names.filter((name) => !all.includes(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test.each(ways)('$name answers with a value or a code of the list, whatever comes', ({ check }) => {
  check(100);
});
