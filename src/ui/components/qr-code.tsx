import { encodeQR } from 'qr';
import { useMemo } from 'preact/hooks';

/** A picture that another device's camera reads. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const source = useMemo(
    () => `data:image/svg+xml,${encodeURIComponent(encodeQR(text, 'svg', { border: 2 }))}`,
    [text],
  );
  return <img class="qr" src={source} alt={label} width={192} height={192} data-qr={text} />;
}
