import { pieceBytes } from '../../protocol/page-calls/files.ts';
import { CodedError } from '../../protocol/codes.ts';
import { cleanImage } from '../images/clean-image.ts';
import { imageKind, mediaTypes } from '../images/image-kind.ts';
import { previewOf } from '../images/preview.ts';
import { call } from './call.ts';

/** A file as it is going to be sent. */
export interface Prepared {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Where it was taken and with what has been taken out of it. */
  readonly cleaned: boolean;
  /** Of a picture. */
  readonly picture?: {
    readonly width: number;
    readonly height: number;
    readonly preview?: Uint8Array<ArrayBuffer>;
  };
}

/** Kinds that may tell where they were taken, and that we can't clean. */
const telling = /^(image|video)\//;

export const mayTell = ({ type, cleaned }: Pick<Prepared, 'type' | 'cleaned'>): boolean =>
  !cleaned && telling.test(type);

/**
 * Reads a file and takes out of a picture what it tells besides. Throws CodedErrors `image-unreadable` for a picture
 * that can't be cleaned because it isn't whole, `image-too-large` for one that nobody would be shown.
 */
export async function prepare(file: File): Promise<Prepared> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const kind = imageKind(bytes);
  if (!kind) return { name: file.name, type: file.type, bytes, cleaned: false };
  const clean = cleanImage(bytes);
  if (!clean) throw new CodedError('image-unreadable');
  if (!clean.look.fits) throw new CodedError('image-too-large');
  const { width, height } = clean.look;
  const preview = await previewOf(clean.bytes, clean.look);
  const picture = { width, height, ...(preview ? { preview } : {}) };
  return { name: file.name, type: mediaTypes[kind], bytes: clean.bytes, cleaned: true, picture };
}

/** Brings its bytes to the background, piece by piece, and resolves with the name it goes by there. */
export async function bring(
  { name, type, bytes, picture }: Prepared,
  progress: (brought: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const { id } = await call('beginFile', {
    name: name.slice(-1_000),
    type: type.slice(0, 200),
    size: bytes.length,
    // A side that no file may claim is no picture of ours.
    ...(picture && Math.max(picture.width, picture.height) <= 65_535 ? { picture } : {}),
  });
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    if (signal.aborted) {
      await call('dropFile', { id });
      throw new CodedError('cancelled');
    }
    await call('addToFile', { id, from, bytes: bytes.slice(from, from + pieceBytes) });
    progress(Math.min(bytes.length, from + pieceBytes));
  }
  return id;
}
