import type { FoundView, MarkedView, SearchView } from '../../protocol/page-calls.ts';
import { Avatar } from '../../ui/components/avatar.tsx';
import { Icon } from '../../ui/components/icon.tsx';
import { Time } from '../../ui/components/time.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { hashOf } from '../route.ts';
import { iconOf, kindKey } from '../spaces/space-words.ts';

/** A post or a message that was found, on the way to where it stands. */
export function FoundRow({ found }: { found: FoundView }) {
  const { space, friend, authorAddress, authorName, title, text } = found;
  const author = found.mine ? t('you') : (authorName ?? shortAddress(authorAddress));
  return (
    <li>
      <a class="found__row" href={placeOf(found)}>
        <Avatar address={authorAddress} size={32} />
        <span class="found__body">
          <span class="found__head">
            <span class="found__author">{author}</span>
            <Time time={found.time} />
            <span class="found__where">
              <Icon name={space === undefined ? 'lock' : iconOf(space.kind)} />
              {space === undefined
                ? t('search_private', friend?.name ?? '')
                : space.title || t(kindKey[space.kind])}
            </span>
          </span>
          {title.length > 0 && (
            <span class="found__title">
              <MarkedText parts={title} />
            </span>
          )}
          <span class="found__text">
            <MarkedText parts={text} />
          </span>
        </span>
      </a>
    </li>
  );
}

/** Friends and spaces that are called so. */
export function NameRows({ people, spaces }: Pick<SearchView, 'people' | 'spaces'>) {
  if (people.length + spaces.length === 0) return null;
  return (
    <ul class="found found--names" aria-label={t('search_names')}>
      {people.map(({ address, name }) => (
        <li key={address}>
          <a class="found__name" href={hashOf({ view: 'conversation', address })}>
            <Avatar address={address} size={22} />
            {name}
          </a>
        </li>
      ))}
      {spaces.map(({ name, kind, title }) => (
        <li key={name}>
          <a class="found__name" href={hashOf({ view: 'space', space: name })}>
            <Icon name={iconOf(kind)} />
            {title}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** As text only: what others wrote is never anything else here. */
function MarkedText({ parts }: { parts: readonly MarkedView[] }) {
  return <>{parts.map(({ text, hit }, index) => (hit ? <mark key={index}>{text}</mark> : text))}</>;
}

function placeOf({ space, friend, id }: FoundView): string {
  if (space !== undefined) return hashOf({ view: 'thread', space: space.name, post: id });
  return hashOf({ view: 'conversation', address: friend?.address ?? '' });
}
