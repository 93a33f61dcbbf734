import { followed, quantile, type Results, shareWithin } from './results.ts';

/** The results as Markdown, which reads as well on a screen. */
export function tableOf(results: Results): string {
  const { people, seed, forums, deliveries, bytes, longPolls } = results;
  const rows = deliveries.map(({ what, online, all, afterComing }) => [
    what,
    online.length.toLocaleString('en'),
    ...[0.5, 0.9, 0.99].map((share) => span(quantile(online, share))),
    ...[0.5, 0.9].map((share) => span(quantile(afterComing, share))),
    percent(shareWithin(all, followed)),
  ]);
  const megabytes = Object.entries(bytes).map(([cause, count]) => [
    `traffic, ${cause}`,
    `${(count / 1e6).toFixed(1)} MB`,
  ]);
  const whole = Object.values(bytes).reduce((sum, count) => sum + count, 0);
  return [
    `${people.toLocaleString('en')} people, ${forums} forums, seed ${seed}`,
    '',
    markdown(
      [
        'From written to there',
        'readers online',
        'p50',
        'p90',
        'p99',
        'others, after coming online: p50',
        'p90',
        'of all, within 12 hours',
      ],
      rows,
    ),
    '',
    markdown(
      ['A person, on average, in a day', ''],
      [
        ['online', `${results.hoursOnline.toFixed(1)} hours`],
        ['traffic, sent and received', `${(whole / 1e6).toFixed(1)} MB`],
        ...megabytes,
        ['requests made', results.requests.toFixed(0)],
        ['of these, documents pushed', results.pushes.toFixed(0)],
        ['dials', results.dials.toFixed(0)],
        ['of these, to members of forums', results.memberDials.toFixed(0)],
        ['of all dials, in vain', results.vainDials.toFixed(0)],
        ['members met for the first time', results.firstContacts.toFixed(1)],
        [
          'long-polls held at once: p50, p99, most',
          [0.5, 0.99, 1].map((share) => quantile(longPolls, share)).join(', '),
        ],
      ],
    ),
  ].join('\n');
}

/** One line for each set of rules. */
export function comparisonOf(
  tried: readonly { readonly name: string; readonly results: Results }[],
): string {
  const rows = tried.map(({ name, results }) => {
    const large = results.deliveries.at(-1)?.online ?? [];
    const middle = results.deliveries.at(-2)?.online ?? [];
    const feed = results.deliveries[1];
    const whole = Object.values(results.bytes).reduce((sum, count) => sum + count, 0);
    return [
      name,
      `${span(quantile(middle, 0.5))} / ${span(quantile(middle, 0.99))}`,
      `${span(quantile(large, 0.5))} / ${span(quantile(large, 0.99))}`,
      percent(shareWithin(feed?.all ?? [], followed)),
      results.requests.toFixed(0),
      `${(whole / 1e6).toFixed(0)} MB`,
      `${results.dials.toFixed(0)} / ${results.vainDials.toFixed(0)}`,
      String(quantile(results.longPolls, 0.99)),
    ];
  });
  return markdown(
    [
      'Rules',
      'forums of 50 to 199, p50 / p99',
      'of 200 to 500',
      'friends’ posts within 12 hours',
      'requests a day',
      'traffic a day',
      'dials / in vain',
      'long-polls p99',
    ],
    rows,
  );
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(3, title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [
    line(head),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map((row) => line(row)),
  ].join('\n');
}

const percent = (share: number): string =>
  Number.isNaN(share) ? '–' : `${(share * 100).toFixed(1)} %`;

function span(seconds: number): string {
  if (Number.isNaN(seconds)) return '–';
  if (seconds === Infinity) return 'not yet';
  if (seconds < 90) return `${seconds.toFixed(1)} s`;
  return seconds < 5_400 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
