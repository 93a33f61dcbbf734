import { Address } from '../../ui/components/address.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { hashOf } from '../route.ts';

/** Somebody whom a friend knows: who they are is checked when one looks at their profile, as always. */
export function Introduction({ person }: { person: { address: string; name: string } }) {
  return (
    <div class="message__text stack stack--tight" data-introduced={person.address}>
      <p>
        <strong>{t('introduction_text', person.name)}</strong>
      </p>
      <Address address={person.address} />
      <p class="small soft">{t('introduction_hint')}</p>
      <a
        class="button button--primary"
        href={hashOf({ view: 'add', pending: false, link: person.address })}
      >
        {t('introduction_add')}
      </a>
    </div>
  );
}
