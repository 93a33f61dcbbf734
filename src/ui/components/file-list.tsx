import type { FilePieces, FileView } from '../../protocol/page-calls/files.ts';
import type { PageCallArguments } from '../../protocol/page-calls.ts';
import { call } from '../client/call.ts';
import { readFile, save } from '../client/read-file.ts';
import { useAction } from '../client/use-action.ts';
import { sizeInWords } from '../format/bytes.ts';
import { language, t } from '../i18n/i18n.ts';
import { Button } from './button.tsx';
import { FailureNote } from './failure-note.tsx';
import { Picture } from './picture.tsx';
import { Progress } from './progress.tsx';

export type ReadPieces = (file: number, from: number, preview?: boolean) => Promise<FilePieces>;

interface FileListProps {
  files: readonly FileView[];
  /** The post or message they go with. */
  of: PageCallArguments<'pictureRefused'>['of'];
  read: ReadPieces;
}

/** The files of a post or message: pictures are shown, everything else can be saved and is never opened here. */
export function FileList({ files, of, read }: FileListProps) {
  if (files.length === 0) return null;
  return (
    <ul class="files" aria-label={t('files_label')}>
      {files.map((file, index) => (
        <li key={index} class="file">
          <FileItem
            file={file}
            read={(from, preview) => read(index, from, preview)}
            // Nobody waits for it, and what is shown doesn't hang on it.
            refused={(why) =>
              void call('pictureRefused', { of, file: index, why }).catch(() => undefined)
            }
          />
        </li>
      ))}
    </ul>
  );
}

interface FileItemProps {
  file: FileView;
  read: (from: number, preview?: boolean) => Promise<FilePieces>;
  refused: (why: 'image-unreadable' | 'image-too-large') => void;
}

function FileItem({ file, read, refused }: FileItemProps) {
  const { name, size, here, type, preview = false } = file;
  const saving = useAction(async () => save(name, await readFile(read)));
  return (
    <>
      {(here === 1 || preview) && type.startsWith('image/') && (
        <Picture file={file} read={read} refused={refused} />
      )}
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
