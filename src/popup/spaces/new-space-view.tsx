import { Icon } from '../../ui/components/icon.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { hashOf } from '../route.ts';
import { NewPublicSpace } from './new-public-space.tsx';
import { type MemberKind, NewMemberSpace } from './new-member-space.tsx';
import { iconOf, kindKey, kindTextKey } from './space-words.ts';

/** What a person can begin, in the order in which most will want it. */
const publicKinds = ['blog', 'public-forum'] as const;
const memberKinds = [
  'project-blog',
  'private-forum',
  'list',
  'friends-feed',
  'private-blog',
  'restricted-blog',
] as const satisfies readonly MemberKind[];
const kinds = [...publicKinds, ...memberKinds];
type NewKind = (typeof kinds)[number];

/** Asks which kind of space, and then for what that kind needs. */
export function NewSpaceView({ kind }: { kind?: string | undefined }) {
  const open = publicKinds.find((each) => each === kind);
  if (open !== undefined) return <NewPublicSpace kind={open} />;
  const withMembers = memberKinds.find((each) => each === kind);
  return withMembers === undefined ? <Chooser /> : <NewMemberSpace kind={withMembers} />;
}

function Chooser() {
  return (
    <div class="column">
      <div class="space-head">
        <a class="icon-button" href={hashOf({ view: 'spaces' })} aria-label={t('action_back')}>
          <Icon name="back" />
        </a>
        <h1 tabIndex={-1} data-start>
          {t('new_space_title')}
        </h1>
      </div>
      <ul class="kinds">
        {kinds.map((kind) => (
          <KindCard key={kind} kind={kind} />
        ))}
      </ul>
    </div>
  );
}

function KindCard({ kind }: { kind: NewKind }) {
  return (
    <li>
      <a class="card kind" href={hashOf({ view: 'new-space', kind })}>
        <span class={`space__sign space__sign--${kind}`}>
          <Icon name={iconOf(kind)} />
        </span>
        <span class="space__words">
          <span class="space__title">{t(kindKey[kind])}</span>
          <span class="kind__text">{t(kindTextKey[kind])}</span>
        </span>
      </a>
    </li>
  );
}
