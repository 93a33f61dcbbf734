import type { StorageMode } from '../../../src/protocol/page-calls.ts';
import type { AcceptanceCase } from '../../acceptance/checks.ts';
import { acceptanceCases, type StoresUnderTest } from '../../acceptance/space-stores.ts';
import { vaultCases, type VaultPlace } from '../../acceptance/vault.ts';

export interface Makers {
  readonly stores: () => Promise<StoresUnderTest>;
  readonly vault: () => Promise<VaultPlace>;
}

/** Everything that holds for databases and vault in whatever place they are. */
export function allCases(make: Makers): AcceptanceCase[] {
  const prefixed = (what: string, cases: AcceptanceCase[]) =>
    cases.map(({ name, run }) => ({ name: `${what} ${name}`, run }));
  return [
    ...prefixed('storage', acceptanceCases(make.stores)),
    ...prefixed('the vault', vaultCases(make.vault)),
  ];
}

declare global {
  /** What the acceptance page offers to whoever drives it. */
  var acceptance: {
    indexedDbWorks(): Promise<boolean>;
    /** `holds`, or what was wrong. */
    run(mode: StorageMode, name: string): Promise<string>;
  };
}
