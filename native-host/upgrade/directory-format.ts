import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../../src/protocol/codes.ts';
import { isFileError } from '../file-errors.ts';
import { hostVersion } from '../version.ts';
import { writeWhole } from './durable.ts';

/** The form of everything in a data directory, counted up with each change that an older host would misread. */
export const directoryFormat = 1;

/** Of directories that were made before there were numbers. */
const unnumbered = 0;

/** In a data directory: the number, and the version of the host that wrote it. */
const formatFile = 'format';

/** Throws CodedError `data-newer`, whose detail is a version that reads it, and `data-damaged`. Changes nothing. */
export async function formatOf(root: string, newest = directoryFormat): Promise<number> {
  const file = path.join(root, formatFile);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isFileError(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (text === undefined) return unnumbered;
  const [, number, version] = /^(\d{1,6}) ([\w.+-]{1,40})\n$/.exec(text) ?? [];
  if (number === undefined) throw new CodedError('data-damaged', file);
  if (Number(number) > newest) throw new CodedError('data-newer', version);
  return Number(number);
}

/** On the disk, whole, when it resolves. */
export async function numberAs(root: string, format: number): Promise<void> {
  await writeWhole(path.join(root, formatFile), `${format} ${hostVersion()}\n`);
}
