import { CodedError } from '../src/protocol/codes.ts';

/** Is it an error of the file system with one of these codes? */
export function isFileError(error: unknown, ...codes: string[]): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    codes.includes(error.code)
  );
}

/** An error of the file system as the code a person can act on, with the path it is about. */
export function fileError(error: unknown, path: string): unknown {
  if (isFileError(error, 'ENOSPC', 'EDQUOT')) return new CodedError('disk-full', path);
  if (isFileError(error, 'EACCES', 'EPERM', 'EROFS', 'ENOENT')) {
    return new CodedError('data-unwritable', path);
  }
  return error;
}
