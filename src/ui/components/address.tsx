import { addressGroups } from '../format/address.ts';
import { t } from '../i18n/i18n.ts';
import { CopyButton } from './copy-button.tsx';

/** A whole address, grouped for the eye, with a button that copies it. */
export function Address({ address }: { address: string }) {
  return (
    <div class="address">
      {/* Groups break between lines and copy as one word: the gaps are made by style, not spaces. */}
      <code class="address__text" data-address={address}>
        {addressGroups(address).map((group, index) => (
          <span key={index}>
            {group}
            <wbr />
          </span>
        ))}
      </code>
      <CopyButton label={t('copy_address')} text={address} />
    </div>
  );
}
