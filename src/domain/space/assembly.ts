import type { MembershipView } from '../membership/view.ts';
import type { OperationName } from '../membership/operation.ts';
import type { EntryChain } from './chains-of-entries.ts';
import type { CharteredSpace } from './charter.ts';

/** A space with members as it is seen from one anchor, whether its documents are sealed or lie in the clear. */
export interface Assembly {
  readonly state: {
    readonly space: CharteredSpace;
    /** Documents of the log, with the time that their authors claim. */
    readonly log: ReadonlyMap<OperationName, number>;
  };
  readonly membership: MembershipView;
  readonly chains: readonly EntryChain[];
}
