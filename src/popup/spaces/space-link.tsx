import { CopyButton } from '../../ui/components/copy-button.tsx';
import { Fact } from '../../ui/components/facts.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** By which others find a public space. */
export function SpaceLink({ link }: { link: string }) {
  return (
    <Fact name={t('space_link')}>
      <span class="space-link">
        <code>{link}</code>
        <CopyButton label={t('space_copy_link')} text={link} />
      </span>
    </Fact>
  );
}
