import { useState } from 'preact/hooks';
import { Notice } from '../../ui/components/notice.tsx';
import { QrCode } from '../../ui/components/qr-code.tsx';
import { QrFile } from '../../ui/components/qr-file.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** The phrase is the same on both sides: each shows it as a picture, and reads the other's. */
export function CompareByQr({ phrase }: { phrase: string }) {
  const [read, setRead] = useState<string>();
  const isSame = read?.replace(/\s+/g, ' ').trim() === phrase.replace(/\s+/g, ' ').trim();
  return (
    <details>
      <summary>{t('safety_qr')}</summary>
      <div class="stack">
        <QrCode text={phrase} label={t('safety_qr')} />
        <QrFile label={t('safety_qr_compare')} onRead={setRead} />
        {read !== undefined && (
          <Notice
            tone={isSame ? 'good' : 'bad'}
            icon="shield"
            title={t(isSame ? 'safety_qr_same' : 'safety_qr_different')}
          />
        )}
      </div>
    </details>
  );
}
