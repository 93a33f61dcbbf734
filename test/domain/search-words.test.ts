import { describe, expect, it } from 'vitest';
import { excerptOf, termsOf, wantedTerms } from '../../src/domain/search/words.ts';

/** Whether a text is found by what somebody types. */
function finds(query: string, text: string): boolean {
  const terms = [...termsOf(text)];
  const wanted = wantedTerms(query);
  return wanted.length > 0 && wanted.every((one) => terms.some((term) => term.startsWith(one)));
}

describe('a text is found', () => {
  it.each([
    ['gard', 'The garden, at noon', 'by how a word begins'],
    ['NOON garden', 'The garden, at noon', 'by several words in any order and case'],
    ['cafe', 'Ein Café in Łódź', 'without its accents'],
    ['café', 'Ein cafe', 'with accents that it lacks'],
    ['lodz', 'Ein Café in Łódź', 'by plain letters'],
    ['strasse', 'Große Straße', 'by what stands for a sharp s'],
    ['großen', 'mit grossen Augen', 'and the other way round'],
    ['ΟΔΥΣΣΕΎΣ', 'Οδυσσεύς', 'in Greek'],
    ['елка', 'Ёлка в саду', 'in Russian'],
    ['שלום', 'שָׁלוֹם', 'in Hebrew without points'],
    ['السلام', 'السَّلامُ عليكم', 'in Arabic without vowel signs'],
    ['हिन्दी', 'यह हिन्दी है', 'in Hindi'],
    ['한국', '한국어를 배워요', 'in Korean'],
    ['京', '東京都に住む', 'in Japanese by one sign'],
    ['東京都', '私は東京都に住む', 'in Japanese by several'],
    ['ไทย', 'ภาษาไทยง่าย', 'in Thai, inside what has no spaces'],
    ['2026', 'Am 3.4.2026', 'by a number'],
    ['ﬁnd', 'find', 'by a ligature'],
  ])('%s in %s: %s', (query, text) => expect(finds(query, text)).toBe(true));

  it.each([
    ['arden', 'The garden', 'by the middle of a word'],
    ['garden moon', 'The garden, at noon', 'when one word is missing'],
    ['京東', '東京都', 'by signs in another order'],
    ['', 'anything', 'by nothing'],
    ['?!', 'anything?!', 'by signs that are no words'],
  ])('not: %s in %s: %s', (query, text) => expect(finds(query, text)).toBe(false));
});

describe('an excerpt', () => {
  const marked = (text: string, query: string, most = 160) =>
    excerptOf(text, query, most)
      .map((part) => (part.hit ? `[${part.text}]` : part.text))
      .join('');

  it('marks what was found, as it is written there', () => {
    expect(marked('Ein Café, zwei cafés', 'cafe zw')).toBe('Ein [Café], [zwei] [cafés]');
    expect(marked('私は東京都に住む', '東京')).toBe('私は[東][京]都に住む');
    expect(marked('no find', 'other')).toBe('no find');
    expect(marked('', 'other')).toBe('');
  });

  it('shows the part where it was found', () => {
    const text = `${'word '.repeat(100)}needle ${'hay '.repeat(100)}`;
    const shown = marked(text, 'needle');
    expect(shown).toMatch(/^… (word )+\[needle\] (hay )+hay …$/u);
    expect(shown.length).toBeLessThan(180);
    expect(marked('𝔸'.repeat(200), 'x', 51)).toBe(`${'𝔸'.repeat(25)} …`);
    expect(marked(`${'漢'.repeat(100)}字${'漢'.repeat(100)}`, '字', 80)).toContain('[字]');
  });
});
