import { type Delivery, type Results, shareWithin } from './results.ts';

const width = 960;
const height = 420;
const panel = { width: 380, height: 280, top: 60 };
const colours = ['#0b6e4f', '#1f5fa8', '#c9a227', '#d9730d', '#c0392b', '#7b2d8b'];

/** From a tenth of a second to twelve hours. */
const shortest = 0.1;
const longest = 43_200;
const marks = [
  [0.1, '0.1 s'],
  [1, '1 s'],
  [10, '10 s'],
  [60, '1 min'],
  [600, '10 min'],
  [3_600, '1 h'],
  [43_200, '12 h'],
] as const;

/** Which share has it after how long, as SVG: those who were online when it was written, and all. */
export function plotOf({ deliveries, people, seed }: Results): string {
  const legend = deliveries
    .map(
      ({ what }, at) =>
        `<g transform="translate(${60 + (at % 3) * 290} ${378 + Math.floor(at / 3) * 20})">` +
        `<rect width="18" height="4" y="-5" fill="${colour(at)}"/><text x="26">${what}</text></g>`,
    )
    .join('\n');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="60" y="24" font-size="15">From written to there: ${people.toLocaleString('en')} simulated people, seed ${seed}</text>`,
    panelOf(60, 'readers who were online when it was written', deliveries, ({ online }) => online),
    panelOf(530, 'all readers', deliveries, ({ all }) => all),
    legend,
    '</svg>',
    '',
  ].join('\n');
}

function panelOf(
  left: number,
  title: string,
  deliveries: readonly Delivery[],
  numbers: (delivery: Delivery) => readonly number[],
): string {
  const vertical = marks.map(
    ([seconds, label]) =>
      `<path d="M${x(seconds)} 0V${panel.height}" stroke="#ddd"/>` +
      `<text x="${x(seconds)}" y="${panel.height + 16}" text-anchor="middle">${label}</text>`,
  );
  const horizontal = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<path d="M0 ${y(share)}H${panel.width}" stroke="#ddd"/>` +
      `<text x="-6" y="${y(share) + 4}" text-anchor="end">${share * 100} %</text>`,
  );
  const curves = deliveries.map((delivery, at) => {
    const points = steps.map(
      (seconds) => `${x(seconds)} ${y(shareWithin(numbers(delivery), seconds))}`,
    );
    if (numbers(delivery).length === 0) return '';
    return `<path d="M${points.join('L')}" fill="none" stroke="${colour(at)}" stroke-width="2"/>`;
  });
  return [
    `<g transform="translate(${left} ${panel.top})">`,
    `<text y="-10">${title}</text>`,
    ...vertical,
    ...horizontal,
    ...curves,
    '</g>',
  ].join('\n');
}

const places = 120;
const steps = Array.from(
  { length: places + 1 },
  (_, at) => shortest * (longest / shortest) ** (at / places),
);

const x = (seconds: number): string =>
  ((Math.log(seconds / shortest) / Math.log(longest / shortest)) * panel.width).toFixed(1);
const y = (share: number): number => Number(((1 - share) * panel.height).toFixed(1));
const colour = (at: number): string => colours[at % colours.length] ?? '#000';
