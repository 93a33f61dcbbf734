import { useEffect, useState } from 'preact/hooks';
import type { FilePieces, FileView } from '../../protocol/page-calls/files.ts';
import { readFile } from '../client/read-file.ts';
import { useAction } from '../client/use-action.ts';
import { sizeInWords } from '../format/bytes.ts';
import { cleanImage } from '../images/clean-image.ts';
import { mediaTypes } from '../images/image-kind.ts';
import { language, t } from '../i18n/i18n.ts';
import { Button } from './button.tsx';
import { FailureNote } from './failure-note.tsx';

interface PictureProps {
  file: FileView;
  read: (from: number, preview?: boolean) => Promise<FilePieces>;
  /** It can't be shown; counted in the diagnostics. */
  refused: (why: 'image-unreadable' | 'image-too-large') => void;
}

/** Larger pictures without a small version are shown when that is wanted. */
const shownAtOnce = 2_000_000;

type Shown = { readonly url: string; readonly width: number; readonly height: number };
type Look = Shown | 'unreadable' | 'too-large';

/** A picture: its small version first, if there is one, and the whole when it is looked at closely. */
export function Picture({ file, read, refused }: PictureProps) {
  const { name, size, here, preview = false, description, width, height } = file;
  const [wanted, setWanted] = useState<'small' | 'whole' | undefined>(
    preview ? 'small' : size <= shownAtOnce ? 'whole' : undefined,
  );
  const [look, setLook] = useState<Look>();
  const [large, setLarge] = useState(false);
  const loading = useAction(async (which: 'small' | 'whole') => {
    const small = which === 'small';
    const found = lookAt(await readFile((from) => read(from, small)));
    if (found === 'unreadable') refused('image-unreadable');
    if (found === 'too-large') refused('image-too-large');
    setLook(found);
  });
  useEffect(() => {
    if (wanted !== undefined) void loading.run(wanted);
  }, [wanted]);
  useEffect(() => {
    if (typeof look !== 'object') return undefined;
    return () => URL.revokeObjectURL(look.url);
  }, [look]);

  if (look === 'unreadable') return <p class="small soft">{t('picture_unreadable')}</p>;
  if (look === 'too-large') return <p class="small soft">{t('picture_too_large')}</p>;
  if (look !== undefined) {
    const label = t(large ? 'picture_smaller' : 'picture_larger', description ?? name);
    // As large as it will be, whichever version is there.
    const [w, h] = [width ?? look.width, height ?? look.height];
    return (
      <figure class="figure">
        <button
          type="button"
          class={large ? 'picture picture--large' : 'picture'}
          aria-label={label}
          title={label}
          onClick={() => {
            setLarge(!large);
            if (here === 1) setWanted('whole');
          }}
        >
          <img src={look.url} alt={description ?? name} width={w} height={h} />
        </button>
        {description !== undefined && <figcaption class="small soft">{description}</figcaption>}
        <FailureNote failure={loading.failure} />
      </figure>
    );
  }
  if (wanted === undefined) {
    return (
      <Button kind="plain" onClick={() => setWanted('whole')}>
        {t('picture_show', sizeInWords(size, language))}
      </Button>
    );
  }
  if (loading.failure !== undefined) return <FailureNote failure={loading.failure} />;
  return width === undefined || height === undefined ? null : (
    <svg class="picture picture--awaited" viewBox={`0 0 ${width} ${height}`} aria-hidden="true" />
  );
}

/**
 * What it is shows in its bytes; a browser is given nothing that could do more than be a picture, and of that only the parts
 * that were looked at, whatever else the sender put into it.
 */
function lookAt(bytes: Uint8Array<ArrayBuffer>): Look {
  const picture = cleanImage(bytes);
  if (!picture) return 'unreadable';
  const { look } = picture;
  if (!look.fits) return 'too-large';
  const url = URL.createObjectURL(new Blob([picture.bytes], { type: mediaTypes[look.kind] }));
  return { url, width: look.width, height: look.height };
}
