import { fromUtf8, utf8 } from '../domain/bytes.ts';
import type { Random } from '../domain/sodium.ts';
import {
  type KeyTable,
  withoutFormer,
  withoutScopes,
  withScopes,
} from '../domain/vault/key-table.ts';
import { tableSeal, type TableSeal } from '../domain/vault/table-seal.ts';
import { CodedError } from '../protocol/codes.ts';
import type { Json, Vault, VaultChange } from './ports.ts';
import { serial } from './serial.ts';
import type { ScopeOf, VaultKeys } from './vault.ts';
import type { VaultHome } from './vault-home.ts';

export interface SealedVaultParts {
  readonly home: VaultHome;
  readonly keys: VaultKeys;
  readonly random: Random;
  readonly scopeOf: ScopeOf;
}

/** Of what is sealed anew, in one write. */
const atOnce = 300;
const charactersAtOnce = 1_000_000;

const purgingPrefix = 'purging/';

/**
 * For the write by which a purge is decided: from then on nothing may open what was sealed under this scope
 * and is not in the vault any more. `finishPurges` sees to it, at once or at the next start.
 */
export function purging(scope: string): VaultChange {
  return [purgingPrefix + scope, true];
}

/** The vault over its sealed entries. */
export class SealedVault implements Vault {
  readonly #parts: SealedVaultParts;
  readonly #values = new Map<string, Json>();
  readonly #oneByOne = serial();
  #table: KeyTable;
  #seal: TableSeal;
  /** Ids of entries that are sealed under another key than they should be, and their names. */
  #strays = new Map<string, string>();
  /** Ids of what no key opens. */
  #closed = new Set<string>();

  constructor(parts: SealedVaultParts, table: KeyTable) {
    this.#parts = parts;
    this.#table = table;
    this.#seal = tableSeal(table);
  }

  /** Opens what was found. Returns how much doesn't; throws CodedError `data-damaged` when none does. */
  take(entries: readonly { readonly id: string; readonly c: string }[]): number {
    for (const entry of entries) {
      const opened = this.#seal.open(entry);
      const text = opened.ok ? fromUtf8(opened.value.value) : opened;
      if (!opened.ok || !text.ok) {
        this.#closed.add(entry.id);
        continue;
      }
      const { name, scope, isFormer } = opened.value;
      const isStray = isFormer || scope !== this.#scopeOf(name);
      if (isStray) this.#strays.set(entry.id, name);
      // Sealed again and not removed yet: what is in its place counts.
      if (!isStray || !this.#values.has(name)) this.#values.set(name, JSON.parse(text.value));
    }
    if (this.#closed.size > 0 && this.#values.size === 0) {
      throw new CodedError('data-damaged', 'vault');
    }
    return this.#closed.size;
  }

  /** Ends what an earlier run, or an earlier version, has left to do. */
  settle(): Promise<void> {
    return this.#oneByOne(async () => {
      if (this.#strays.size > 0) {
        await this.#sealAnew(this.#strays.values());
        await this.#remove([...this.#strays.keys()]);
        this.#strays.clear();
      }
      if (this.#table.former) {
        await this.#rekey(withoutFormer(this.#table));
        await this.#parts.keys.forgetOld();
      }
      await this.#endPurges();
    });
  }

  readonly get: Vault['get'] = (name) => this.#values.get(name);

  readonly entries: Vault['entries'] = (prefix) =>
    [...this.#values]
      .filter(([name]) => name.startsWith(prefix))
      .toSorted(([a], [b]) => (a < b ? -1 : 1));

  readonly putMany: Vault['putMany'] = (changes) => {
    // As text from here on: what the caller changes afterwards is none of this write.
    const texts = [...new Map(changes)].map(
      ([name, value]) => [name, value === undefined ? undefined : JSON.stringify(value)] as const,
    );
    return this.#oneByOne(() => this.#write(texts));
  };

  readonly put: Vault['put'] = (name, value) => this.putMany([[name, value]]);

  readonly remove: Vault['remove'] = (name) => this.putMany([[name, undefined]]);

  readonly finishPurges: Vault['finishPurges'] = () => this.#oneByOne(() => this.#endPurges());

  async #write(texts: readonly (readonly [name: string, text: string | undefined])[]) {
    if (texts.length === 0) return;
    await this.#needKeys(texts.flatMap(([name, text]) => (text === undefined ? [] : [name])));
    await this.#parts.home.write(texts.flatMap(([name, text]) => this.#sealed(name, text)));
    for (const [name, text] of texts) {
      if (text === undefined) this.#values.delete(name);
      else this.#values.set(name, JSON.parse(text));
    }
  }

  /** What was never sealed needs no removing, and may have no key. */
  #sealed(name: string, text: string | undefined): { id: string; c?: string }[] {
    const scope = this.#scopeOf(name);
    if (text !== undefined) return [this.#seal.seal(scope, name, utf8(text), this.#parts.random)];
    const hasKey = scope === undefined || this.#table.scopes.has(scope);
    return hasKey ? [{ id: this.#seal.idOf(scope, name) }] : [];
  }

  async #endPurges(): Promise<void> {
    const noted = this.entries(purgingPrefix).map(([name]) => name);
    if (noted.length === 0) return;
    const scopes = new Set(noted.map((name) => name.slice(purgingPrefix.length)));
    if ([...scopes].some((scope) => this.#table.scopes.has(scope))) await this.#destroy(scopes);
    await this.#parts.keys.forgetOld();
    await this.#remove([...this.#closed]);
    this.#closed.clear();
    await this.#write(noted.map((name) => [name, undefined] as const));
  }

  /** What of these scopes is in the vault stays, under new keys; nothing opens what was sealed under the old. */
  async #destroy(scopes: ReadonlySet<string>): Promise<void> {
    const staying = [...this.#values.keys()].filter((name) => {
      const scope = this.#scopeOf(name);
      return scope !== undefined && scopes.has(scope);
    });
    const before = { table: this.#table, seal: this.#seal };
    const ids = staying.map((name) => this.#seal.idOf(this.#scopeOf(name), name));
    const used = new Set(staying.flatMap((name) => this.#scopeOf(name) ?? []));
    const next = withScopes(withoutScopes(this.#table, scopes), used, this.#parts.random);
    this.#use(next);
    const written = staying.map((name) => this.#seal.idOf(this.#scopeOf(name), name));
    try {
      // Until the table is kept no key opens these: whatever dies before that, all is as it was.
      await this.#sealAnew(staying);
      await this.#rekey(next);
    } catch (error) {
      this.#use(before.table, before.seal);
      for (const id of written) this.#closed.add(id);
      throw error;
    }
    for (const id of ids) this.#closed.add(id);
  }

  async #rekey(table: KeyTable): Promise<void> {
    await this.#parts.keys.rekey(table);
    this.#use(table);
  }

  async #sealAnew(names: Iterable<string>): Promise<void> {
    const all = [...new Set(names)];
    await this.#needKeys(all);
    let some: { id: string; c?: string }[] = [];
    let characters = 0;
    for (const [index, name] of all.entries()) {
      const sealed = this.#sealed(name, JSON.stringify(this.#values.get(name)));
      some.push(...sealed);
      characters += sealed.reduce((sum, { c = '' }) => sum + c.length, 0);
      if (index < all.length - 1 && some.length < atOnce && characters < charactersAtOnce) continue;
      await this.#parts.home.write(some);
      some = [];
      characters = 0;
    }
  }

  async #remove(ids: readonly string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += atOnce) {
      await this.#parts.home.write(ids.slice(at, at + atOnce).map((id) => ({ id })));
    }
  }

  /** The keys are kept before anything is sealed by them. */
  async #needKeys(names: readonly string[]): Promise<void> {
    const scopes = names.flatMap((name) => this.#scopeOf(name) ?? []);
    const table = withScopes(this.#table, scopes, this.#parts.random);
    if (table === this.#table) return;
    await this.#parts.keys.keep(table);
    this.#use(table);
  }

  #use(table: KeyTable, seal = tableSeal(table)): void {
    this.#table = table;
    this.#seal = seal;
  }

  #scopeOf(name: string): string | undefined {
    return name.startsWith(purgingPrefix) ? undefined : this.#parts.scopeOf(name);
  }
}
