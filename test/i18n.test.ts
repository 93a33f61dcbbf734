import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codes } from '../src/protocol/codes.ts';
import { codeKey } from '../src/ui/i18n/code-key.ts';

interface Message {
  message: string;
  description?: string;
  placeholders?: Record<string, { content: string; example?: string }>;
}
type Messages = Record<string, Message>;

const locales = readdirSync('src/_locales');
const read = (locale: string) =>
  JSON.parse(readFileSync(`src/_locales/${locale}/messages.json`, 'utf8')) as Messages;
const english = read('en');
const keys = Object.keys(english);

const filesUnder = (folder: string, ending: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));
const sources = filesUnder('src', /\.tsx?$/).map((path) => readFileSync(path, 'utf8'));
const everything = [...sources, readFileSync('manifest.json', 'utf8')].join('\n');

/** How often each argument of a message is used, whatever the order a language puts them in. */
const argumentsOf = ({ message }: Message) => (message.match(/\$[A-Z]+\$/g) ?? []).toSorted();

describe('the texts', () => {
  it('are in English and German', () => {
    expect(locales.toSorted()).toEqual(['de', 'en']);
  });

  it.each(locales)('are the same ones in %s, with the same arguments', (locale) => {
    const messages = read(locale);
    expect(Object.keys(messages).toSorted()).toEqual(keys.toSorted());
    for (const [key, message] of Object.entries(messages)) {
      const original = english[key];
      expect(message.message.trim(), key).not.toBe('');
      expect([...new Set(argumentsOf(message))], key).toEqual(
        original === undefined ? [] : [...new Set(argumentsOf(original))],
      );
      const declared = Object.keys(message.placeholders ?? {}).map(
        (name) => `$${name.toUpperCase()}$`,
      );
      expect(declared.toSorted(), key).toEqual([...new Set(argumentsOf(message))]);
    }
  });

  it('have a sentence for every code', () => {
    expect(codes.filter((code) => !(codeKey(code) in english))).toEqual([]);
  });

  it('have no sentence for a code that is no more', () => {
    const wanted = new Set<string>(codes.map(codeKey));
    expect(keys.filter((key) => key.startsWith('code_') && !wanted.has(key))).toEqual([]);
  });

  it('exist in the singular and the plural or in neither', () => {
    const stems = keys
      .filter((key) => /_(one|other)$/.test(key))
      .map((key) => key.replace(/_(one|other)$/, ''));
    for (const stem of stems) {
      expect([`${stem}_one` in english, `${stem}_other` in english], stem).toEqual([true, true]);
    }
  });

  it('are all used', () => {
    const unused = keys.filter((key) => {
      const stem = key.replace(/_(one|other)$/, '');
      return !key.startsWith('code_') && !new RegExp(`['_]${stem}(__)?['"]`).test(everything);
    });
    expect(unused).toEqual([]);
  });

  it('are there for every key that the background and the manifest name', () => {
    const named = [
      ...everything.matchAll(/getMessage\('([a-z_0-9]+)'/g),
      ...everything.matchAll(/__MSG_([a-z_0-9]+)__/g),
    ].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((key) => !(key in english))).toEqual([]);
  });

  it('use the words of people, not of databases', () => {
    const jargon = /\b(replica\w*|envelope\w*|node|nodes|endpoint\w*)\b/i;
    const told = Object.entries(english).filter(([, { message }]) => jargon.test(message));
    expect(told).toEqual([]);
  });
});

describe('the pages', () => {
  const pages = ['src/ui', 'src/popup', 'src/options'].flatMap((folder) =>
    filesUnder(folder, /\.tsx$/),
  );
  /** Words between tags, or in an attribute that people read or hear. */
  const literals = [
    /(?<![=\s])>\s*([^<>{}()=;&|]*\p{L}[^<>{}()=;&|]*)<\//gu,
    /(?<![=\s])>\s*([^<>{}()=;&|]*\p{L}[^<>{}()=;&|]*)\{/gu,
    /\b(?:aria-label|title|placeholder|alt|label|hint|text)="([^"]*\p{L}[^"]*)"/gu,
  ];

  it.each(pages)('%s holds no text that a translator cannot reach', (path) => {
    const source = readFileSync(path, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const found = literals.flatMap((pattern) =>
      [...source.matchAll(pattern)].map((m) => m[1]?.trim()),
    );
    expect(found).toEqual([]);
  });

  it('would be caught with text of their own', () => {
    const [between, before, attribute] = literals;
    expect('<p>Hello there</p>').toMatch(between ?? /$^/);
    expect('<p class="x">Hello {name}</p>').toMatch(before ?? /$^/);
    expect('<Button title="Hello" />').toMatch(attribute ?? /$^/);
  });
});
