import { personOf, type OperationName } from '../membership/operation.ts';
import type { MembershipView } from '../membership/view.ts';
import { judgeWriter, departuresBeside } from '../membership/writing.ts';
import type { ChainLink } from './chains.ts';
import type { Charter } from './charter-content.ts';
import { mayWrite } from './charter.ts';
import type { Judge } from './discussion.ts';
import { seenBefore, type Farewell } from './farewells.ts';

/** What entries are judged by, where there are members. */
export interface MemberRecord {
  readonly charter: Charter;
  readonly view: MembershipView;
  /** Documents of the log that are no operations. */
  readonly others: ReadonlySet<OperationName>;
  readonly farewells: readonly Farewell[];
  /** Everything that devices have signed here. */
  readonly links: Iterable<ChainLink>;
}

/**
 * An entry counts if its author was a member in the past that it names, and if nothing concurrent ended
 * that, unless it was seen before; and if the charter lets them write.
 */
export function memberJudge({ charter, view, others, farewells, links }: MemberRecord): Judge {
  const { nodes, invalid, waiting } = view.state;
  const owner = personOf(charter.owner);
  const wasThere = seenBefore(farewells, links);
  return {
    standing: ({ name, author, key, parents }) => {
      if (!mayWrite(charter, author === owner)) return 'wrong-author';
      const writer = { author, key, parents: parents.filter((parent) => nodes.has(parent)) };
      const checked = judgeWriter(writer, view);
      if (checked.ok) return 'counts';
      if (checked.code !== 'departed-meanwhile') return checked.code;
      const beside = departuresBeside(writer, view);
      return beside.every((one) => wasThere(name, one)) ? 'counts' : checked.code;
    },
    knows: (name) =>
      !waiting.has(name) && (nodes.has(name) || invalid.has(name) || others.has(name)),
  };
}
