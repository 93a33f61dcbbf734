import { toBase32 } from '../../../domain/bytes.ts';
import type { FileToSeal } from '../../../domain/document/chunk.ts';
import {
  chunkCount,
  fileLimits,
  isDescription,
  isFileName,
  isMediaType,
} from '../../../domain/document/file.ts';
import { CodedError } from '../../../protocol/codes.ts';
import type { Context } from '../context.ts';

/** A file as the page announces it. */
export interface Announced {
  readonly name: string;
  /** As the browser guesses it; empty where it can't. */
  readonly type: string;
  readonly size: number;
  readonly picture?:
    | { readonly width: number; readonly height: number; readonly preview?: Uint8Array | undefined }
    | undefined;
}

interface Held {
  file: FileToSeal;
  /** How many of its bytes have come, from the beginning. */
  come: number;
  touched: number;
}

/** Of all that is held at once; a page that was closed leaves its files behind until `forgetAfter`. */
const mostBytes = 2 * fileLimits.chunks * fileLimits.chunkBytes;
const mostFiles = 4 * fileLimits.files;
/** Milliseconds without a sign of the page. */
const forgetAfter = 3_600_000;
const anyType = 'application/octet-stream';

/** Files that a page brings in pieces, in memory until they are sent. They are on no disk before they are sealed. */
export class HeldFiles {
  readonly #context: Pick<Context, 'now' | 'random'>;
  readonly #held = new Map<string, Held>();

  constructor(context: Pick<Context, 'now' | 'random'>) {
    this.#context = context;
  }

  /** Throws CodedErrors `file-empty`, `file-too-large`, `too-many-files`. */
  begin({ name, type, size, picture }: Announced): { id: string } {
    if (size === 0) throw new CodedError('file-empty');
    if (chunkCount(size) > fileLimits.chunks) throw new CodedError('file-too-large');
    this.#forgetOld();
    const bytes = [...this.#held.values()].reduce((sum, one) => sum + one.file.bytes.length, 0);
    if (this.#held.size >= mostFiles || bytes + size > mostBytes) {
      throw new CodedError('too-many-files');
    }
    const id = toBase32(this.#context.random(16));
    const file = {
      name: nameFor(name),
      type: typeFor(type),
      bytes: new Uint8Array(size),
      ...pictureFields(picture),
    };
    this.#held.set(id, { file, come: 0, touched: this.#context.now() });
    return { id };
  }

  /** What is in it, for who doesn't see it; empty for nothing. Throws CodedErrors `file-missing`, `text-too-long`. */
  describe(id: string, text: string): void {
    const held = this.#find(id);
    const description = text.trim();
    const { description: _, ...rest } = held.file;
    if (description !== '' && !isDescription(description)) throw new CodedError('text-too-long');
    held.file = { ...rest, ...(description === '' ? {} : { description }) };
    held.touched = this.#context.now();
  }

  /** The next bytes. Throws CodedErrors `file-missing`, `malformed`. */
  add(id: string, from: number, bytes: Uint8Array): { come: number } {
    const held = this.#find(id);
    if (from !== held.come || from + bytes.length > held.file.bytes.length) {
      throw new CodedError('malformed', 'piece');
    }
    held.file.bytes.set(bytes, from);
    held.come += bytes.length;
    held.touched = this.#context.now();
    return { come: held.come };
  }

  /** Those of these ids, whole. Throws CodedErrors `file-missing`, `too-many-files`, `file-too-large`. */
  whole(ids: readonly string[]): FileToSeal[] {
    if (ids.length > fileLimits.files) throw new CodedError('too-many-files');
    const files = ids.map((id) => {
      const { file, come } = this.#find(id);
      if (come < file.bytes.length) throw new CodedError('file-missing');
      return file;
    });
    const chunks = files.reduce(
      (sum, { bytes, preview }) => sum + chunkCount(bytes.length) + (preview ? 1 : 0),
      0,
    );
    if (chunks > fileLimits.chunks) throw new CodedError('file-too-large');
    return files;
  }

  drop(ids: readonly string[]): void {
    for (const id of ids) this.#held.delete(id);
  }

  #find(id: string): Held {
    const held = this.#held.get(id);
    if (!held) throw new CodedError('file-missing');
    return held;
  }

  #forgetOld(): void {
    const now = this.#context.now();
    for (const [id, { touched }] of this.#held) {
      if (Math.abs(now - touched) > forgetAfter) this.#held.delete(id);
    }
  }
}

function pictureFields(
  picture: Announced['picture'],
): Pick<FileToSeal, 'width' | 'height' | 'preview'> {
  if (!picture) return {};
  const { width, height, preview } = picture;
  const fits = preview !== undefined && preview.length <= fileLimits.chunkBytes;
  return { width, height, ...(fits ? { preview } : {}) };
}

/** A file system allows names that a manifest doesn't; what is wrong in it is left out, and its ending kept. */
function nameFor(name: string): string {
  const clean = name.replaceAll(/[\p{Cc}\p{Cf}/\\]/gu, '').trim();
  const dot = clean.lastIndexOf('.');
  const ending = dot > 0 && clean.length - dot <= 12 ? clean.slice(dot) : '';
  const stem = clean.slice(0, clean.length - ending.length);
  const short = Array.from(stem)
    .slice(0, fileLimits.nameCharacters - ending.length)
    .join('')
    .slice(0, fileLimits.nameCharacters - ending.length);
  const safe = `${short}${ending}`;
  return isFileName(safe) ? safe : 'file';
}

function typeFor(type: string): string {
  const [plain = ''] = type.toLowerCase().split(';');
  return isMediaType(plain.trim()) ? plain.trim() : anyType;
}
