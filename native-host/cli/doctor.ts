import { resolve } from 'node:path';
import { advice } from './doctor-advice.ts';
import { examine } from './doctor-report.ts';
import { inWords } from './doctor-words.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { surroundings, thisMachine } from './surroundings.ts';

export interface DoctorOptions {
  json: boolean;
  torBrowsers: string[];
  home: string | undefined;
}

/** Says what was looked for, what was found, and what to do about the rest. */
export async function doctor({ json, torBrowsers, home }: DoctorOptions): Promise<ExitCode> {
  const machine = thisMachine(
    home === undefined ? undefined : resolve(home),
    torBrowsers.map((directory) => resolve(directory)),
  );
  const findings = await examine(surroundings(), machine);
  const toDo = advice(findings);
  const good = toDo.length === 0;
  if (json) console.log(JSON.stringify({ good, ...findings, toDo }, undefined, 2));
  else console.log(inWords(findings, toDo));
  return good ? exitCodes.done : exitCodes.failed;
}
