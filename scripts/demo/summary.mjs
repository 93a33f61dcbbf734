import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inSeconds } from '../lib/run.mjs';

/** Writes `summary.md` beside the pictures and tells its path. */
export function writeSummary(out, { steps, firstPostRead, failure }) {
  const file = join(out, 'summary.md');
  const rows = steps.map(
    ({ sentence, picture, at }) => `| ${inSeconds(at)} | ${sentence} | [${picture}](${picture}) |`,
  );
  const text = [
    '# Network25: two people meet',
    '',
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}. A private Tor network on this computer; no Internet.`,
    '',
    ...(firstPostRead === undefined
      ? []
      : [
          `From the start of the demo to the first post read by the friend: **${inSeconds(firstPostRead)}**.`,
          '',
        ]),
    ...(failure === undefined ? [] : [`**It stopped here:** ${failure}`, '']),
    '| Time | What happened | Picture |',
    '| ---- | ------------- | ------- |',
    ...rows,
    '',
  ];
  writeFileSync(file, text.join('\n'));
  return file;
}
