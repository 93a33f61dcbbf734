import { badRequest } from './http-error.ts';

export interface ParsedPath {
  /** The path's parts, decoded; a slash inside a part was `%2F`. */
  readonly segments: readonly string[];
  /** What follows `?`. */
  readonly query: string;
}

/** Take a request's path apart. Nothing of it ever becomes a file name. */
export function parsePath(path: string): ParsedPath {
  const mark = path.indexOf('?');
  const way = mark === -1 ? path : path.slice(0, mark);
  if (!way.startsWith('/')) throw badRequest('The path must begin with a slash.');
  try {
    const segments = way.slice(1).split('/').map(decodeURIComponent);
    return { segments, query: mark === -1 ? '' : path.slice(mark + 1) };
  } catch {
    throw badRequest('The path is not properly percent-encoded.');
  }
}
