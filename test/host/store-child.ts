import { CodedError } from '../../src/protocol/codes.ts';
import { openStore } from '../../native-host/store/store.ts';
import { databaseOf, finished } from './store-helpers.ts';

/** A process of its own with a store, for `store.test.ts`: says what happened, and asks to be killed. */
const [task = '', root = ''] = process.argv.slice(2);
const say = (message: string | number): void => {
  process.send?.(message);
};

async function main(): Promise<void> {
  const store = await openStore(root);
  await store.create('posts');
  const posts = databaseOf(store, 'posts');
  if (task === 'hold') {
    await posts.write(finished(100), false);
    say(process.pid);
    say('kill me');
  }
  if (task === 'write') {
    const before = (await posts.info()).documents;
    for (let count = before; ; count += 7) {
      await posts.write(finished(7, count), false);
      say(count + 7);
      // The kill comes from outside, somewhere between two acknowledgements; a busy machine is slow to the first.
      if (count === before) setTimeout(() => say('kill me'), Math.random() * 80);
    }
  }
}

main().catch((error: unknown) => {
  process.send?.(error instanceof CodedError ? error.code : String(error), () => process.exit(1));
});
