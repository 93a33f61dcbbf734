import { mentionOf, replaceMentions } from '../../protocol/mention-text.ts';
import type { MentionablePerson } from '../../protocol/page-calls.ts';
import { shortAddress } from '../format/address.ts';

/** Somebody who can be spoken of: what stands behind the `@` in the composer, and who that is. */
export interface Labelled {
  readonly label: string;
  readonly address: string;
}

/** Enough of an address to tell two friends of one name apart. */
const telling = 6;

/** Each person with a name of their own among these. */
export function labelled(people: readonly MentionablePerson[]): Labelled[] {
  const uses = new Map<string, number>();
  const nameOf = ({ name, address }: MentionablePerson) => name ?? shortAddress(address);
  for (const person of people) uses.set(nameOf(person), (uses.get(nameOf(person)) ?? 0) + 1);
  return people
    .map((person) => {
      const name = nameOf(person);
      const { address } = person;
      const isOne = uses.get(name) === 1;
      return { address, label: isOne ? name : `${name} (${address.slice(0, telling)})` };
    })
    .toSorted((a, b) => a.label.localeCompare(b.label));
}

/** A text as it is typed: people by their names. Whom we can't name stands there by their address. */
export function withLabels(text: string, people: readonly Labelled[]): string {
  const labels = new Map(people.map(({ address, label }) => [address, `@${label}`]));
  return replaceMentions(text, (address) => labels.get(address));
}

/** A text as it is sent: people by their addresses. */
export function withAddresses(text: string, people: readonly Labelled[]): string {
  if (people.length === 0) return text;
  const addresses = new Map(people.map(({ address, label }) => [label, address]));
  // The longest first: “Ann” is not “Ann from the garden”.
  const labels = [...addresses.keys()].toSorted((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(
    String.raw`(?<![\p{L}\p{N}@])@(${labels.join('|')})(?![\p{L}\p{N}])`,
    'gu',
  );
  return text.replaceAll(pattern, (whole, label: string) => {
    const address = addresses.get(label);
    return address === undefined ? whole : mentionOf(address);
  });
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
