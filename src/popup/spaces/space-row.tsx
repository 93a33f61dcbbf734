import type { ComponentChildren } from 'preact';
import type { SpaceView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { announce } from '../../ui/components/announcer.tsx';
import { Badge } from '../../ui/components/badge.tsx';
import { Button } from '../../ui/components/button.tsx';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { Icon } from '../../ui/components/icon.tsx';
import { MentionsSign } from '../../ui/components/mentions-sign.tsx';
import { MutedSign } from '../../ui/components/muted-sign.tsx';
import { shortAddress } from '../../ui/format/address.ts';
import { t, tn } from '../../ui/i18n/i18n.ts';
import { hashOf } from '../route.ts';
import { iconOf, kindKey } from './space-words.ts';

/** One space in the list: the way in, or for one that a friend lists, the way to read it. */
export function SpaceRow({ space }: { space: SpaceView }) {
  const { name, kind, unread, mentions = 0, muted, by } = space;
  const words = (
    <>
      <span class={`space__sign space__sign--${kind}`}>
        <Icon name={iconOf(kind)} />
      </span>
      <span class="space__words">
        <span class="space__title" dir="auto">
          {space.title || t('space_untitled')}
        </span>
        <span class="space__kind">{[t(kindKey[kind]), ...ownerOf(space)].join(' · ')}</span>
      </span>
    </>
  );
  if (by === 'listed') return <ListedRow space={space}>{words}</ListedRow>;
  return (
    <li>
      <a class="space" href={hashOf({ view: 'space', space: name })} data-space={name}>
        {words}
        {muted && <MutedSign />}
        <MentionsSign count={mentions} />
        <Badge count={unread} label={tn('nav_unread', unread)} />
      </a>
    </li>
  );
}

interface ListedRowProps {
  space: SpaceView;
  children: ComponentChildren;
}

function ListedRow({ space: { name, title, owner, kind }, children }: ListedRowProps) {
  const follow = useAction(async () => {
    if (owner === undefined) return;
    await call('followListed', { address: owner, space: name });
    announce(t('space_followed', title));
  });
  return (
    <li>
      <div class="space" data-space={name}>
        {children}
        <Button busy={follow.busy} onClick={() => void follow.run()}>
          {t(kind === 'public-forum' ? 'space_join' : 'space_follow')}
        </Button>
      </div>
      <FailureNote failure={follow.failure} />
    </li>
  );
}

/** Whose it is, of blogs of others; who lists it, of what we don't read. */
function ownerOf({ by, owner, ownerName }: SpaceView): string[] {
  if (by === 'own' || owner === undefined) return [];
  return [ownerName ?? shortAddress(owner)];
}
