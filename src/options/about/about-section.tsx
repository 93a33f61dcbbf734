import { addonVersion } from '../../ui/browser/version.ts';
import { Fact, Facts } from '../../ui/components/facts.tsx';
import { Panel } from '../../ui/components/panel.tsx';
import { t } from '../../ui/i18n/i18n.ts';

export function AboutSection() {
  return (
    <Panel title={t('ext_name')} text={t('about_text')}>
      <Facts>
        <Fact name={t('about_version')}>{addonVersion}</Fact>
        <Fact name={t('about_licence')}>{t('about_licence_text')}</Fact>
        <Fact name={t('about_privacy')}>{t('about_privacy_text')}</Fact>
      </Facts>
    </Panel>
  );
}
