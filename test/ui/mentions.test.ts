import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { addressFromPublicKey } from '../../src/domain/address.ts';
import { sodiumReady } from '../../src/domain/sodium.ts';
import {
  mentionAtStart,
  mentionedIn,
  mentionOf,
  replaceMentions,
  startOfMention,
} from '../../src/protocol/mention-text.ts';
import { parseMarkdown } from '../../src/ui/markdown/parse.ts';
import { labelled, withAddresses, withLabels } from '../../src/ui/mentions/labels.ts';
import { askedAt, choosing, suggestions } from '../../src/ui/mentions/suggest.ts';
import { person } from '../domain/people.ts';

let ann = '';
let garden = '';
let other = '';

beforeAll(async () => {
  await sodiumReady();
  const addressOf = (name: string) => addressFromPublicKey(person(name).identity.publicKey);
  [ann, garden, other] = [addressOf('Ann'), addressOf('Garden'), addressOf('Other')];
});

describe('people in a text', () => {
  it('are found where an @ and an address stand, each once', () => {
    const text = `${mentionOf(ann)}, ${mentionOf(garden)} and ${mentionOf(ann)}: @home, @${'a'.repeat(57)}`;
    expect(mentionedIn(text)).toEqual([ann, garden]);
    expect(startOfMention(text)).toBe(0);
    expect(mentionAtStart(text)).toBe(mentionOf(ann));
    expect(mentionAtStart(` ${text}`)).toBe(undefined);
    expect(startOfMention('nobody')).toBe(undefined);
    const named = replaceMentions(text, (one) => (one === ann ? '@Ann' : undefined));
    expect(named.startsWith(`@Ann, ${mentionOf(garden)} and @Ann:`)).toBe(true);
  });

  it('are parts of their own in Markdown, but not in code', () => {
    const [paragraph] = parseMarkdown(`Ask *${mentionOf(ann)}*, not \`${mentionOf(garden)}\`.`);
    expect(JSON.stringify(paragraph)).toContain(`"kind":"mention","address":"${ann}"`);
    expect(JSON.stringify(paragraph)).not.toContain(`"address":"${garden}"`);
  });
});

describe('in the composer people', () => {
  const people = () =>
    labelled([
      { address: garden, name: 'Ann from the garden' },
      { address: ann, name: 'Ann' },
    ]);

  it('have their petnames, and are sent by their addresses, the longest name first', () => {
    const typed = 'Hello @Ann and @Ann from the garden, not me@Ann or @Annette.';
    const sent = withAddresses(typed, people());
    expect(sent).toBe(`Hello ${mentionOf(ann)} and ${mentionOf(garden)}, not me@Ann or @Annette.`);
    expect(withLabels(sent, people())).toBe(typed);
  });

  it('of one name are told apart', () => {
    const twins = labelled([
      { address: ann, name: 'Ann' },
      { address: garden, name: 'Ann' },
      { address: other },
    ]);
    expect(new Set(twins.map(({ label }) => label)).size).toBe(3);
    for (const { label, address } of twins) {
      expect(withAddresses(`@${label}!`, twins)).toBe(`${mentionOf(address)}!`);
    }
  });

  it('may have any sign in their names', () => {
    for (const name of [
      'Anna-Lena',
      'a.b',
      '(x)',
      '[',
      '$',
      '\\',
      'c|d',
      '*',
      '+',
      '?',
      '/',
      '^',
    ]) {
      const [one] = labelled([{ address: ann, name }]);
      if (!one) throw new Error('nobody');
      expect(withAddresses(`Hi @${name}!`, [one])).toBe(`Hi ${mentionOf(ann)}!`);
    }
  });

  it('come back as they were, whatever they are called', () => {
    fc.assert(
      fc.property(
        // As names are kept: without blanks around them.
        fc.uniqueArray(
          fc
            .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
            .map((name) => name.trim())
            .filter((name) => name !== ''),
          { minLength: 1, maxLength: 3 },
        ),
        (names) => {
          const all = labelled(
            names.map((name, index) => ({ address: [ann, garden, other][index] ?? ann, name })),
          );
          const text = all.map(({ address }) => mentionOf(address)).join('\n');
          expect(withAddresses(withLabels(text, all), all)).toBe(text);
        },
      ),
    );
  });

  it('are offered by the beginning of their names', () => {
    const asked = askedAt('Hello @ga', 9);
    expect(asked).toEqual({ from: 6, to: 9, words: 'ga' });
    expect(suggestions('ga', people()).map(({ label }) => label)).toEqual(['Ann from the garden']);
    expect(suggestions('AN', people()).map(({ label }) => label)).toEqual([
      'Ann',
      'Ann from the garden',
    ]);
    const [one] = suggestions('ga', people());
    if (!asked || !one) throw new Error('nobody');
    expect(choosing('Hello @ga.', asked, one)).toEqual({
      text: 'Hello @Ann from the garden .',
      caret: 27,
    });
  });

  it.each([
    ['me@example', 10],
    ['nothing', 7],
    ['@Ann and then something else', 28],
    ['@\nAnn', 5],
  ])('are not offered in %j', (text, caret) => {
    const asked = askedAt(text, caret);
    expect(asked === undefined || suggestions(asked.words, people()).length === 0).toBe(true);
  });
});
