import {
  putDocuments,
  readChanges,
  readDocuments,
  storeDocuments,
  type ChangesPage,
} from '../../src/store/documents.ts';
import { followDocuments } from '../../src/store/follow.ts';
import { equal, pause, rejects, until, type AcceptanceCase } from './checks.ts';
import type { SpaceDatabase, SpaceStores, StoredDocument } from '../../src/store/ports.ts';

/** Stores that can be opened again on what they held, as after a restart or a suspension. */
export interface StoresUnderTest {
  readonly stores: SpaceStores;
  reopen(): Promise<SpaceStores>;
  /** Deletes what the case left behind. */
  dispose(): Promise<void>;
}

/** What every implementation of SpaceStores must do. Imports no test framework, so that a browser's page can run it too. */
export function acceptanceCases(make: () => Promise<StoresUnderTest>): AcceptanceCase[] {
  const named = (
    name: string,
    test: (under: StoresUnderTest) => Promise<void>,
  ): AcceptanceCase => ({
    name,
    async run() {
      const under = await make();
      try {
        await test(under);
      } finally {
        await under.dispose();
      }
    },
  });

  return [
    named('stores documents under the revision they bring, and tells which were new', async (t) => {
      const db = await t.stores.open('sone');
      const [a, b, c] = documents(3);
      equal(await putDocuments(db, [a, b]), [a._id, b._id]);
      equal(await putDocuments(db, [b, c, a]), [c._id]);
      equal(await putDocuments(db, [a, b, c]), []);
      equal(await readDocuments(db, [c._id, 'dmissing', a._id]), [c, a]);
      equal((await db.info()).doc_count, 3);
    }),

    named('gives pages of changes in the order of arrival', async (t) => {
      const db = await t.stores.open('sone');
      const all = documents(7);
      for (const document of all) await putDocuments(db, [document]);
      const first = await readChanges(db, 0, 5);
      equal([ids(first), first.more], [all.slice(0, 5).map(({ _id }) => _id), true]);
      const second = await readChanges(db, first.since, 5);
      equal([ids(second), second.more], [all.slice(5).map(({ _id }) => _id), false]);
      equal(ids(await readChanges(db, second.since)), []);
    }),

    named('follows a database from any point, what is there and what comes', async (t) => {
      const db = await t.stores.open('sone');
      const all = documents(6);
      await putDocuments(db, all.slice(0, 2));
      const { since } = await readChanges(db, 0, 1);
      const heard: string[] = [];
      const following = followDocuments(db, since, (page) => void heard.push(...ids(page)));
      await until(() => heard.length === 1);
      await putDocuments(db, all.slice(2, 4));
      await until(() => heard.length === 3);
      await putDocuments(db, all.slice(4));
      await until(() => heard.length === 5);
      equal(new Set(heard).size, 5);
      following.cancel();
      await following.done;
      await putDocuments(db, documents(1));
      await pause(50);
      equal(heard.length, 5);
    }),

    named('tells watchers which databases have changed', async (t) => {
      const one = await t.stores.open('sone');
      const two = await t.stores.open('stwo');
      const heard = new Set<string>();
      const end = t.stores.watch((name) => void heard.add(name));
      await putDocuments(one, documents(2));
      await until(() => heard.has('sone'));
      heard.clear();
      await putDocuments(two, documents(1));
      await until(() => heard.has('stwo'));
      end();
      heard.clear();
      await putDocuments(one, documents(1));
      await pause(50);
      equal(heard.size, 0);
    }),

    named('opens one database for one name, and keeps names apart', async (t) => {
      const [one, again, other] = await Promise.all([
        t.stores.open('sone'),
        t.stores.open('sone'),
        t.stores.open('s-other_$()+'),
      ]);
      equal(one === again, true);
      await putDocuments(one, documents(1));
      equal((await other.info()).doc_count, 0);
      equal(await t.stores.list(), ['s-other_$()+', 'sone']);
    }),

    named('destroys a database and nothing else', async (t) => {
      const one = await t.stores.open('sone');
      const two = await t.stores.open('stwo');
      await putDocuments(one, documents(3));
      await putDocuments(two, documents(2));
      await t.stores.destroy('sone');
      await t.stores.destroy('snever');
      equal(await t.stores.list(), ['stwo']);
      equal((await (await t.stores.open('sone')).info()).doc_count, 0);
      equal((await two.info()).doc_count, 2);
    }),

    named('refuses what is no database name', async (t) => {
      for (const name of ['', '_users', 'S', 's/one', 's one', '../s', `s${'a'.repeat(200)}`]) {
        await rejects(() => t.stores.open(name), 'malformed');
        await rejects(() => t.stores.destroy(name), 'malformed');
      }
    }),

    named('has everything again when it is opened again', async (t) => {
      const db = await t.stores.open('sone');
      const all = documents(40);
      await putDocuments(db, all.slice(0, 25));
      await putDocuments(db, all.slice(20));
      const before = await readChanges(db, 0);
      await db.put({ _id: '_local/checkpoint', last_seq: 7 });
      await t.stores.open('sempty');

      const stores = await t.reopen();
      equal(await stores.list(), ['sempty', 'sone']);
      const again = await stores.open('sone');
      const after = await readChanges(again, 0);
      equal(ids(after), ids(before));
      equal(await readDocuments(again, [all[3]?._id ?? '']), [all[3]]);
      equal((await again.get<{ last_seq: number }>('_local/checkpoint')).last_seq, 7);
      equal(ids(await readChanges(again, before.since)), []);
      const [late] = documents(1);
      await putDocuments(again, [late]);
      equal(ids(await readChanges(again, before.since)), [late._id]);
    }),

    named('takes a thousand documents at once', async (t) => {
      const db = await t.stores.open('sone');
      const all = documents(1_000);
      equal((await putDocuments(db, all)).length, 1_000);
      const page = await readChanges(db, 0, 1_000);
      const sorted = all.map(({ _id }) => _id).toSorted();
      equal(ids(page).toSorted(), sorted);
    }),

    named('erases documents for good, those too that have yet to come', async (t) => {
      const db = await t.stores.open('sone');
      const [kept, erased, later] = documents(3);
      await putDocuments(db, [kept, erased]);
      await t.stores.erase('sone', [erased._id, later._id]);
      await t.stores.erase('sone', [erased._id]);
      const holdsOnlyKept = async (database: SpaceDatabase) => {
        equal(ids(await readChanges(database, 0)), [kept._id]);
        equal(await readDocuments(database, [erased._id, kept._id, later._id]), [kept]);
        equal((await database.allDocs()).rows.length, 1);
      };
      await holdsOnlyKept(db);
      // Whoever brings them is not asked for them, and what comes unasked is not kept.
      equal(await putDocuments(db, [erased, later]), []);
      await storeDocuments(db, [erased, later]);
      await holdsOnlyKept(db);

      const stores = await t.reopen();
      const again = await stores.open('sone');
      await storeDocuments(again, [later, erased]);
      await holdsOnlyKept(again);
      // A database that is made anew under the name has nothing to do with it.
      await stores.destroy('sone');
      equal(await putDocuments(await stores.open('sone'), [erased]), [erased._id]);
    }),

    named('reads on from where it was when something has been erased', async (t) => {
      const db = await t.stores.open('sone');
      const [first, second, third] = documents(3);
      await putDocuments(db, [first]);
      await putDocuments(db, [second]);
      const { since } = await readChanges(db, 0);
      await t.stores.erase('sone', [first._id]);
      await putDocuments(db, [third]);
      equal(ids(await readChanges(db, since)), [third._id]);
      equal(ids(await readChanges(db, 0)), [second._id, third._id]);
    }),

    named('is of no use after it was closed, and says so', async (t) => {
      await t.stores.open('sone');
      await t.stores.close();
      await rejects(() => t.stores.open('sone'), 'not-ready');
    }),
  ];
}

let made = 0;

/** Documents as the domain makes them, as far as a database can see. */
export function documents(count: 1): [StoredDocument];
export function documents(count: 3): [StoredDocument, StoredDocument, StoredDocument];
export function documents(count: number): StoredDocument[];
export function documents(count: number): StoredDocument[] {
  return Array.from({ length: count }, () => {
    made += 1;
    const digits = String(made)
      .padStart(8, '0')
      .split('')
      .map((digit) => 'abcdefghij'.charAt(Number(digit)));
    // Neither the order of ids nor their first letters follow the order of arrival.
    const id = `d${digits.toReversed().join('')}${'x'.repeat(44)}`;
    const _rev = `1-${made.toString(16).padStart(32, '0')}`;
    return { _id: id, _rev, v: 1, d: 'A'.repeat(100 + (made % 50)), s: 'B'.repeat(86) };
  });
}

const ids = (page: ChangesPage) => page.documents.map(({ _id }) => _id);
