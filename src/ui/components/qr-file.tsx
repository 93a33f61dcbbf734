import { useId, useState } from 'preact/hooks';
import { readQr } from '../browser/read-qr.ts';
import { t } from '../i18n/i18n.ts';

interface QrFileProps {
  label: string;
  onRead: (text: string) => void;
}

/** A picture from the disk (or, where the device has one, from its camera) and what its QR code says. */
export function QrFile({ label, onRead }: QrFileProps) {
  const id = useId();
  const [nothing, setNothing] = useState(false);
  const read = async (file: File | undefined) => {
    if (!file) return;
    const text = await readQr(file);
    setNothing(text === undefined);
    if (text !== undefined) onRead(text);
  };
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {label}
      </label>
      <input
        id={id}
        type="file"
        class="input"
        accept="image/*"
        onChange={(event) => void read(event.currentTarget.files?.[0])}
      />
      {nothing && (
        <p class="field__problem" role="alert">
          {t('add_qr_none')}
        </p>
      )}
    </div>
  );
}
