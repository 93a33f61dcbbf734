import { documentOf, revisionOf, type Branch, type Side, type Step } from './couchdb-model.ts';

/** Do this and give what was answered, without what each server decides for itself. */
export async function run(side: Side, step: Step): Promise<unknown> {
  const answer = await attempt(() => ask(side, step));
  const { update_seq: sequence } = await side.database.info();
  side.sequences.push(sequence);
  return inCommonNames(side, answer);
}

/** The two call revisions with attachments differently. Equal answers are equal by the names of this test. */
function inCommonNames({ renamed }: Side, answer: unknown): unknown {
  let text = JSON.stringify(answer) ?? 'null';
  for (const [hash, name] of renamed) text = text.replaceAll(hash, name);
  return JSON.parse(text) as unknown;
}

async function attempt(task: () => Promise<unknown>): Promise<unknown> {
  try {
    return await task();
  } catch (error) {
    return refusal(error);
  }
}

const refusal = (error: unknown): unknown => {
  const { status, name } = error as { status: number; name: string };
  return { refused: status, name };
};

async function ask(side: Side, step: Step): Promise<unknown> {
  const { database } = side;
  switch (step.do) {
    case 'put': {
      const rev = await revisionFor(side, step.id, step.on);
      return noted(side, await database.put({ _id: step.id, n: step.n, ...rev }));
    }
    case 'remove': {
      const { _rev: rev } = await revisionFor(side, step.id, step.on);
      // What is deleted already is not found by CouchDB, and a conflict to PouchDB.
      const isThere = (await current(side, step.id)) !== undefined;
      if (rev === undefined || !isThere) return 'nothing to remove';
      return noted(side, await database.remove(step.id, rev));
    }
    case 'bulk': {
      const docs = step.ids.map((_id) => ({ _id, n: step.n }));
      const results = await database.bulkDocs(docs);
      return results.map((result) =>
        'ok' in result ? noted(side, result) : [result.id, nameOf(result)],
      );
    }
    case 'graft':
      return graft(database, step.branches);
    case 'attach': {
      const rev = (await current(side, step.id)) ?? '';
      // To what was deleted PouchDB in memory attaches nothing; CouchDB makes it anew, and so do we.
      if (rev === '' && (await history(database, step.id)).known.size > 0) return 'was deleted';
      const data = Buffer.from(step.text, 'latin1');
      const args = [step.id, step.name, ...(rev === '' ? [] : [rev]), data, 'text/x'] as const;
      const written = await (
        database.putAttachment as (...of: readonly unknown[]) => Promise<Written>
      )(...args);
      return rename(side, written);
    }
    case 'detach': {
      const rev = await current(side, step.id);
      if (rev === undefined) return 'nothing to detach from';
      // PouchDB in memory does not mind if it isn't there; CouchDB does.
      const { _attachments: there = {} } = await database.get(step.id);
      if (!Object.hasOwn(there, step.name)) return 'nothing to detach';
      return rename(side, await database.removeAttachment(step.id, step.name, rev));
    }
    default:
      return read(side, step);
  }
}

/** One by one where there are files: PouchDB numbers those of one batch as they happen to be stored. */
async function graft(database: PouchDB.Database, branches: readonly Branch[]): Promise<unknown> {
  const documents = branches.map(documentOf);
  const batches = documents.some((document) => '_attachments' in document)
    ? documents.map((document) => [document])
    : [documents];
  const refused = [];
  for (const batch of batches) {
    refused.push(...(await database.bulkDocs(batch, { new_edits: false })));
  }
  return refused;
}

type Written = PouchDB.Core.Response;

function rename({ renamed }: Side, { id, rev }: Pick<Written, 'id' | 'rev'>): unknown {
  renamed.set(rev.slice(rev.indexOf('-') + 1), `edit${renamed.size}`);
  return { id, rev };
}

async function read({ database, sequences }: Side, step: Step): Promise<unknown> {
  switch (step.do) {
    case 'local': {
      const _id = `_local/${step.id}`;
      const before = await database.get(_id).catch(() => ({}));
      const { rev } = await database.put({ ...before, _id, n: step.n });
      return [rev, await database.get(_id)];
    }
    case 'get':
      return plain(await database.get(step.id, step.options));
    case 'openRevs': {
      const revs =
        step.revs === 'all'
          ? step.revs
          : await answerable(database, step.id, step.revs, step.options);
      if (revs.length === 0) return [];
      const options = { open_revs: revs, ...step.options } as { open_revs: 'all' };
      const found = (await database.get(step.id, options)) as { ok?: { _rev: string } }[];
      return found
        .map(({ ok }) => (ok ? plain(ok) : 'missing'))
        .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    }
    case 'bulkGet': {
      const docs = [];
      for (const id of step.ids) {
        const [rev] = await answerable(database, id, [step.rev], step.options);
        if (rev !== undefined) docs.push({ id, rev });
      }
      if (docs.length === 0) return [];
      const { results } = await database.bulkGet({ docs, ...step.options });
      return results.map(({ id, docs: found }) => [
        id,
        found.map((one) => ('ok' in one ? plain(one.ok) : 'missing')),
      ]);
    }
    case 'allDocs': {
      const { total_rows: total, rows } = await database.allDocs(step.options);
      // PouchDB says that it shows no document of a deleted one even where none was asked for.
      return [total, rows.map((row) => plain({ ...row, doc: row.doc ?? undefined }))];
    }
    case 'changes': {
      const since = sequences[step.since % sequences.length] ?? 0;
      const { results } = await database.changes({ since, ...step.options });
      return results.map(({ id, deleted, changes, doc }) =>
        // Which leaf is named first is CouchDB's to say, and PouchDB says it otherwise.
        plain({ id, deleted, doc, revs: changes.map(({ rev }) => rev).toSorted() }),
      );
    }
    case 'revsDiff': {
      const asked: Record<string, string[]> = {};
      for (const branch of step.branches) {
        const rev = revisionOf(branch);
        const { known, leaves } = await history(database, branch.id);
        // PouchDB asks again for what it has had: CouchDB does not, and neither do we.
        if (leaves.has(rev) || !known.has(rev)) (asked[branch.id] ??= []).push(rev);
      }
      const diff = (await database.revsDiff(asked)) as Record<string, { missing: string[] }>;
      return Object.entries(diff)
        .map(([id, { missing }]) => [id, [...new Set(missing)].toSorted()])
        .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1));
    }
    case 'info':
      return (await database.info()).doc_count;
    default:
      throw new Error(`nothing reads by ${step.do}`);
  }
}

/** PouchDB in memory never answers when it is asked for the latest of what it doesn't know. */
async function answerable(
  database: PouchDB.Database,
  id: string,
  revs: readonly string[],
  options: { latest?: boolean },
): Promise<readonly string[]> {
  if (options.latest !== true) return revs;
  const { known } = await history(database, id);
  return revs.filter((rev) => known.has(rev));
}

interface Leaf {
  readonly _rev: string;
  readonly _revisions: { readonly start: number; readonly ids: readonly string[] };
}

/** Every revision of a document, and those that none came after. */
async function history(
  database: PouchDB.Database,
  id: string,
): Promise<{ known: Set<string>; leaves: Set<string> }> {
  const options = { open_revs: 'all', revs: true } as const;
  const found: object[] = (await database.get(id, options).catch(() => [])) as object[];
  const leaves = found.flatMap((one) => ('ok' in one ? [one.ok as Leaf] : []));
  const revs = leaves.flatMap(({ _revisions: { start, ids } }) =>
    ids.map((hash, index) => `${start - index}-${hash}`),
  );
  return { known: new Set(revs), leaves: new Set(leaves.map(({ _rev: rev }) => rev)) };
}

/** Conflicts in one order: CouchDB names the one that would win next first, PouchDB has its own. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, part: unknown) =>
    key === '_conflicts' ? (part as string[]).toSorted() : part,
  ) as unknown;
}

const nameOf = (result: unknown): unknown => (result as { name: string }).name;

function noted(side: Side, { id, rev }: Written): unknown {
  const { made } = side;
  made.set(id, [...(made.get(id) ?? []), rev]);
  return id.startsWith('file') ? rename(side, { id, rev }) : { id, rev };
}

async function current({ database }: Side, id: string): Promise<string | undefined> {
  const found = await database.get(id).catch(() => undefined);
  return found?._rev;
}

async function revisionFor(
  side: Side,
  id: string,
  on: 'nothing' | 'current' | 'old',
): Promise<{ _rev?: string }> {
  const rev =
    on === 'current'
      ? await current(side, id)
      : on === 'old'
        ? side.made.get(id)?.at(0)
        : undefined;
  return rev === undefined ? {} : { _rev: rev };
}
