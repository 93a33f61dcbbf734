import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { StoredForms } from '../src/background/app/stored/stored-forms.ts';
import { StoredWords } from '../src/background/app/search/stored-words.ts';
import { termsOf, wantedTerms } from '../src/domain/search/words.ts';
import { randomBytes, sodiumReady } from '../src/domain/sodium.ts';
import { createVaultKey } from '../src/domain/vault/seal.ts';
import { systemClock } from '../src/store/clock.ts';
import { openNativeStores } from '../src/store/native-stores.ts';
import { databaseVaultHome } from '../src/store/vault-home.ts';
import { UnkeptKeys } from '../src/store/unkept-keys.ts';
import { openVault } from '../src/store/vault.ts';
import { Onions, someAddress } from '../test/sync/onions.ts';
import { PersonHost } from '../test/sync/person-host.ts';
import { inMilliseconds, line, median, timed, title } from './lib/figures.ts';

/**
 * The index of 100,000 posts of some 600 characters in 12 spaces: what making it, reading it and searching in it take,
 * and how much memory. The words are as uneven as a language's: the n-th is used 1/n as often as the first.
 */

const posts = 100_000;
const spaces = 12;
const wordsInPost = 95;
const vocabulary = 60_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

await sodiumReady();
let seed = 25;
const random = (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};
const letters = 'etaoinshrdlucmfwypvbgkjqxz';
const word = (rank: number): string => {
  let text = '';
  for (let rest = rank + 1; rest > 0; rest = Math.floor(rest / 9))
    text += letters[(rest * 7) % 26] ?? '';
  return text + (letters[rank % 26] ?? '') + (rank > 100 ? (letters[(rank >> 3) % 26] ?? '') : '');
};
const post = (): string =>
  Array.from({ length: wordsInPost }, () => word(Math.floor(vocabulary ** random()) - 1)).join(' ');

const onions = new Onions();
const host = await PersonHost.start(someAddress(23), onions);
const stores = openNativeStores(host.tunnel, systemClock);
const home = databaseVaultHome(await stores.open('vault'));
const { vault } = await openVault(home, new UnkeptKeys(createVaultKey(randomBytes)), randomBytes);
const forms = new StoredForms({ stores, vault, random: randomBytes });
const names = Array.from({ length: spaces }, (_, index) => `sspace${index}`);
const keyOf = (number: number) => `b${String(number).padStart(52, 'a')}`;

const writing = new StoredWords(forms);
let spent = 0;
let characters = 0;
const each = Math.ceil(posts / spaces);
for (const [index, name] of names.entries()) {
  await writing.keys(name);
  for (let at = 0; at < each; at += 64) {
    const texts = Array.from({ length: Math.min(64, each - at) }, post);
    characters += texts.reduce((sum, text) => sum + text.length, 0);
    const { ms } = await timed(() => {
      const terms = texts.map((text, n) => [keyOf(index * each + at + n), termsOf(text)] as const);
      return writing.add(name, new Map(terms));
    });
    spent += ms;
  }
  spent += (await timed(() => writing.save(name))).ms;
}
title(`${posts} posts of ${Math.round(characters / posts)} characters in ${spaces} spaces`);
line('making the index and storing it, sealed, at a host', `${(spent / 1_000).toFixed(1)} s`);
let bytes = 0;
for (const name of names) {
  for (const part of forms.parts(name)) {
    bytes += (await forms.load({ space: name, part, format: 'words/1' }))?.length ?? 0;
  }
}
line('its bytes, unsealed', `${(bytes / 1e6).toFixed(1)} MB, ${Math.round(bytes / posts)} a post`);

const used = () => {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
};
const before = used();
const words = new StoredWords(forms);
const opening = await timed(async () => {
  for (const name of names) await words.keys(name);
});
line('reading it at the first search', inMilliseconds(opening.ms));
line('memory that it takes', `${(used() - before).toFixed(0)} MB`);

for (const query of [word(50_000), word(0), `${word(900)} ${word(2_000)}`, 'et', 'e']) {
  const wanted = wantedTerms(query);
  const times: number[] = [];
  let found = 0;
  for (let run = 0; run < 15; run++) {
    const { ms, value } = await timed(
      () => names.flatMap((name) => words.find(name, wanted)).length,
    );
    times.push(ms);
    found = value;
  }
  line(`a search for “${query}”, ${found} found`, inMilliseconds(median(times)));
}
const removing = await timed(() => words.remove(names[0] ?? '', [keyOf(17)]));
line('taking one post out, and writing its segment anew', inMilliseconds(removing.ms));
await host.dispose();
await onions.close();
