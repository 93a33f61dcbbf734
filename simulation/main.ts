import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gossipRules } from '../src/sync/gossip.ts';
import { longestWait } from '../src/sync/scheduler.ts';
import { hour, minute } from './assumptions.ts';
import { plotOf } from './plot.ts';
import { type Results, resultsOf } from './results.ts';
import { comparisonOf, tableOf } from './table.ts';
import { World, type WorldOptions } from './world.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    /** Where to write the plot. */
    plot: { type: 'string' },
    /** Other rules beside ours, among 400 people at most. */
    compare: { type: 'boolean', default: false },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);

function simulate(people: number, other: Partial<WorldOptions> = {}): Results {
  const seed = Number(values.seed);
  return resultsOf(
    new World({ people, seed, rules: gossipRules, longestWait, ...other }).run(),
    seed,
  );
}

if (values.compare) {
  const people = Math.min(Number(values.people), 400);
  const rules = (change: Partial<typeof gossipRules>) => ({ rules: { ...gossipRules, ...change } });
  const variants: [string, Partial<WorldOptions>][] = [
    ['ours', {}],
    ['1 partner', rules({ perSpace: 1 })],
    ['2 partners', rules({ perSpace: 2 })],
    ['4 partners', rules({ perSpace: 4 })],
    ['6 partners', rules({ perSpace: 6 })],
    ['a change every hour', rules({ rotateAfter: hour })],
    ['a change a day', rules({ rotateAfter: 24 * hour })],
    ['dialled again at the latest after 10 minutes', { longestWait: 10 * minute }],
    ['after 30 minutes', { longestWait: 30 * minute }],
    ['after 4 hours', { longestWait: 4 * hour }],
  ];
  const tried = variants.map(([name, change]) => ({ name, results: simulate(people, change) }));
  say(comparisonOf(tried));
} else {
  const results = simulate(Number(values.people));
  say(tableOf(results));
  if (values.plot !== undefined) writeFileSync(values.plot, plotOf(results));
}
