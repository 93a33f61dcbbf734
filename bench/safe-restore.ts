import { concat } from '../src/domain/bytes.ts';
import { phraseFromRoot } from '../src/domain/recovery-phrase.ts';
import { sodiumReady } from '../src/domain/sodium.ts';
import { Household } from '../test/scenario/household.ts';
import { Onions } from '../test/sync/onions.ts';
import { inMilliseconds, line, timed, title } from './lib/figures.ts';
import { fill } from './lib/many-posts.ts';
import { allPosts, amount } from './lib/stored-posts.ts';

/**
 * A backup of somebody with 100,000 posts is made and restored where nobody was: the whole application on real hosts'
 * stores, in one process, piece by piece as the page hands them over.
 */

/** As the page reads a file. */
const piece = 1_048_576;

await sodiumReady();
const onions = new Onions();
const alice = await Household.found('Alice', onions);
const fresh = await Household.empty('Alice again', onions);
// Nobody else is there to whom anything could be left.
alice.patience = 1_000;
fresh.patience = 1_000;
try {
  title(`${allPosts.toLocaleString('en')} posts: ${JSON.stringify(amount)}`);
  await fill(alice.person, amount);
  const words = phraseFromRoot(alice.person.context.me.identity.root);
  const { ms: making, value: file } = await timed(make);
  await alice.close();
  line('made, with its databases read', `${inMilliseconds(making)}, ${megabytes(file.length)}`);
  const { calls } = fresh.backups;
  const { ms: taking, value: id } = await timed(async () => {
    const begun = await calls.beginRestore({ secret: { words }, what: 'everything' });
    for (let from = 0; from < file.length; from += piece) {
      await calls.addToRestore({ id: begun.id, bytes: file.slice(from, from + piece) });
    }
    return begun.id;
  });
  line('read, opened and written into its databases', inMilliseconds(taking));
  const { ms: opening, value: restored } = await timed(() =>
    calls.finishRestore({ id, passphrase: null }),
  );
  line('kept, and everything open for the first time', inMilliseconds(opening));
  line('documents', String(restored.documents));
  const { posts } = await fresh.person.feed.page({ limit: 1 });
  line('the feed has posts', posts.length > 0 ? 'yes' : 'NO');
} finally {
  await alice.dispose();
  await fresh.dispose();
  await onions.close();
}

/** The file, as the page puts it together. */
async function make(): Promise<Uint8Array<ArrayBuffer>> {
  const { calls } = alice.backups;
  const { id } = await calls.beginBackup({ passphrase: null });
  const pieces: Uint8Array[] = [];
  for (let done = false; !done;) {
    const made = await calls.readBackup({ id });
    pieces.push(made.bytes);
    ({ done } = made);
  }
  await calls.endBackup({ id, kept: true });
  return new Uint8Array(concat(...pieces));
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
