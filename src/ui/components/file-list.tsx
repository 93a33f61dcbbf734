import { useEffect, useState } from 'preact/hooks';
import type { FilePieces, FileView } from '../../protocol/page-calls/files.ts';
import { readFile, save } from '../client/read-file.ts';
import { useAction } from '../client/use-action.ts';
import { sizeInWords } from '../format/bytes.ts';
import { cleanImage } from '../images/clean-image.ts';
import { mediaTypes } from '../images/image-kind.ts';
import { language, t } from '../i18n/i18n.ts';
import { Button } from './button.tsx';
import { FailureNote } from './failure-note.tsx';
import { Progress } from './progress.tsx';

export type ReadPieces = (file: number, from: number) => Promise<FilePieces>;

interface FileListProps {
  files: readonly FileView[];
  read: ReadPieces;
}

/** The files of a post or message: pictures are shown, everything else can be saved and is never opened here. */
export function FileList({ files, read }: FileListProps) {
  if (files.length === 0) return null;
  return (
    <ul class="files" aria-label={t('files_label')}>
      {files.map((file, index) => (
        <li key={index} class="file">
          <FileItem file={file} read={(from) => read(index, from)} />
        </li>
      ))}
    </ul>
  );
}

interface FileItemProps {
  file: FileView;
  read: (from: number) => Promise<FilePieces>;
}

function FileItem({ file, read }: FileItemProps) {
  const { name, size, here, type } = file;
  const saving = useAction(async () => save(name, await readFile(read)));
  return (
    <>
      {here === 1 && type.startsWith('image/') && <Picture file={file} read={read} />}
      <div class="file__line">
        <span class="file__name" dir="auto">
          {name}
        </span>
        <span class="small soft">{sizeInWords(size, language)}</span>
        {here === 1 ? (
          <Button kind="quiet" busy={saving.busy} onClick={() => void saving.run()}>
            {t('file_save')}
          </Button>
        ) : (
          <span class="small soft">{t('file_coming', Math.floor(here * 100))}</span>
        )}
      </div>
      {here < 1 && (
        <Progress label={t('file_coming', Math.floor(here * 100))} percent={here * 100} />
      )}
      <FailureNote failure={saving.failure} />
    </>
  );
}

/** Larger pictures are shown when that is wanted. */
const shownAtOnce = 2_000_000;

type Shown =
  | { readonly url: string; readonly width: number; readonly height: number }
  | 'unreadable'
  | 'too-large';

function Picture({ file, read }: FileItemProps) {
  const { name, size } = file;
  const [wanted, setWanted] = useState(size <= shownAtOnce);
  const [shown, setShown] = useState<Shown>();
  const [large, setLarge] = useState(false);
  const loading = useAction(async () => setShown(pictureOf(await readFile(read))));
  useEffect(() => {
    if (wanted) void loading.run();
  }, [wanted]);
  useEffect(() => {
    if (typeof shown !== 'object') return undefined;
    return () => URL.revokeObjectURL(shown.url);
  }, [shown]);
  if (shown === 'unreadable') return <p class="small soft">{t('picture_unreadable')}</p>;
  if (shown === 'too-large') return <p class="small soft">{t('picture_too_large')}</p>;
  if (shown !== undefined) {
    const label = t(large ? 'picture_smaller' : 'picture_larger', name);
    return (
      <button
        type="button"
        class={large ? 'picture picture--large' : 'picture'}
        aria-label={label}
        title={label}
        onClick={() => setLarge(!large)}
      >
        <img src={shown.url} alt={name} width={shown.width} height={shown.height} />
      </button>
    );
  }
  if (!wanted) {
    return (
      <Button kind="plain" onClick={() => setWanted(true)}>
        {t('picture_show', sizeInWords(size, language))}
      </Button>
    );
  }
  return <FailureNote failure={loading.failure} />;
}

/**
 * What it is shows in its bytes; a browser is given nothing that could do more than be a picture, and of that only the parts
 * that were looked at, whatever else the sender put into it.
 */
function pictureOf(bytes: Uint8Array<ArrayBuffer>): Shown {
  const picture = cleanImage(bytes);
  if (!picture) return 'unreadable';
  const { look } = picture;
  if (!look.fits) return 'too-large';
  const url = URL.createObjectURL(new Blob([picture.bytes], { type: mediaTypes[look.kind] }));
  return { url, width: look.width, height: look.height };
}
