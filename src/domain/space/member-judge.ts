import type { Departure } from '../membership/evaluate.ts';
import { personOf, type OperationName } from '../membership/operation.ts';
import type { MembershipView } from '../membership/view.ts';
import { departuresBeside, judgeWriter, type Writer } from '../membership/writing.ts';
import type { Result } from '../result.ts';
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
  readonly others: Pick<ReadonlySet<OperationName>, 'has'>;
  readonly farewells: readonly Farewell[];
  /** Everything that devices have signed here. */
  readonly links: Iterable<ChainLink>;
}

export interface MemberJudge extends Judge {
  /** Whether any answer until now depends on what else is in somebody's chain. */
  readonly hasLookedAtChains: () => boolean;
}

interface Verdict {
  readonly checked: Result<true>;
  readonly beside: readonly Departure[];
}

/**
 * An entry counts if its author was a member in the past that it names, and if nothing concurrent ended
 * that, unless it was seen before; and if the charter lets them write.
 */
export function memberJudge({
  charter,
  view,
  others,
  farewells,
  links,
}: MemberRecord): MemberJudge {
  const { nodes, invalid, waiting } = view.state;
  const owner = personOf(charter.owner);
  const wasThere = seenBefore(farewells, links);
  const judged = new Map<string, Verdict>();
  let chainsLookedAt = false;
  /** People write much between two operations, and what they then name is judged once. */
  const judge = (writer: Writer): Verdict => {
    const { author, key, parents } = writer;
    const name = [author, key, ...parents].join('/');
    const known = judged.get(name);
    if (known !== undefined) return known;
    const checked = judgeWriter(writer, view);
    const verdict = { checked, beside: checked.ok ? [] : departuresBeside(writer, view) };
    judged.set(name, verdict);
    return verdict;
  };
  return {
    standing: ({ name, author, key, parents }) => {
      if (!mayWrite(charter, author === owner)) return 'wrong-author';
      const operations = parents.filter((parent) => nodes.has(parent));
      const { checked, beside } = judge({ author, key, parents: operations });
      if (checked.ok) return 'counts';
      if (checked.code !== 'departed-meanwhile') return checked.code;
      chainsLookedAt = true;
      return beside.every((one) => wasThere(name, one)) ? 'counts' : checked.code;
    },
    knows: (name) =>
      !waiting.has(name) && (nodes.has(name) || invalid.has(name) || others.has(name)),
    hasLookedAtChains: () => chainsLookedAt,
  };
}
