import { fromHex } from '../../../domain/bytes.ts';
import { knows } from '../../../domain/membership/evaluate.ts';
import type { DecisionNode, GenesisNode, KeyNode, Node } from '../../../domain/membership/node.ts';
import type { PersonKey } from '../../../domain/membership/operation.ts';
import type { Assembly } from '../../../domain/space/assembly.ts';
import type {
  AdmissionView,
  MemberView,
  PastMemberView,
} from '../../../protocol/page-calls/forums.ts';
import { hexInGroups } from '../self/key-view.ts';
import type { Naming } from './naming.ts';

/** Who belongs, by which keys they write, and how each got in. */
export function membersView(forum: Assembly, naming: Naming): MemberView[] {
  const { membership } = forum;
  return [...membership.members].map((person) => ({
    ...naming(person),
    devices: devicesOf(person, forum).map(hexInGroups),
    sleeping: !membership.electorate.has(person),
    admissions: admissionsOf(person, forum).map((one) => admissionView(one, forum, naming)),
  }));
}

/** Who belonged, and how that ended. */
export function pastView(forum: Assembly, naming: Naming): PastMemberView[] {
  const { members, membership } = forum.membership;
  const gone = [...membership.departures].filter(([person]) => !members.has(person));
  return gone.map(([person, departures]) => ({
    ...naming(person),
    departures: departures.map((departure) => {
      const time = timeOf(departure, forum);
      if (departure.kind === 'leave') return { how: 'left' as const, time };
      return {
        how: 'removed' as const,
        decidedBy: naming(departure.author),
        votes: departure.votes.map(({ author }) => naming(author)),
        time,
      };
    }),
  }));
}

/** As its author claims; what claims no time is as old as the first that does. */
export function timeOf({ name }: Pick<Node, 'name'>, { state }: Assembly): number {
  const time = state.log.get(name) ?? 0;
  if (time > 0) return time;
  const claimed = [...state.log.values()].filter((one) => one > 0);
  return claimed.length === 0 ? 0 : claimed.reduce((least, one) => Math.min(least, one));
}

function devicesOf(person: PersonKey, { membership }: Assembly): Uint8Array[] {
  const departures = membership.membership.departures.get(person) ?? [];
  const keys = (membership.state.words.get(person) ?? []).filter(
    (word): word is KeyNode =>
      word.kind === 'key' && departures.every((one) => knows(word.effects, one)),
  );
  return [...new Set(keys.map(({ device }) => device))].flatMap((device) => {
    const bytes = fromHex(device);
    return bytes.ok ? [bytes.value] : [];
  });
}

/** Those that no departure has ended. */
function admissionsOf(
  person: PersonKey,
  { membership: { membership } }: Assembly,
): readonly (DecisionNode | GenesisNode)[] {
  const departures = membership.departures.get(person) ?? [];
  const admissions = membership.admissions.get(person) ?? [];
  return admissions.filter((one) => departures.every((departure) => knows(one.effects, departure)));
}

function admissionView(
  admission: DecisionNode | GenesisNode,
  forum: Assembly,
  naming: Naming,
): AdmissionView {
  const by = naming(admission.author);
  const time = timeOf(admission, forum);
  if (admission.kind === 'genesis') return { how: 'founder', by, time };
  if (forum.membership.state.charter.rule === 'owner') return { how: 'owner', by, time };
  return {
    how: 'vote',
    proposedBy: naming(admission.proposal.author),
    decidedBy: by,
    votes: admission.votes.map(({ author }) => naming(author)),
    needed: admission.quorum,
    time,
  };
}
