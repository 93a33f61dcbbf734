import type { PostView, ReactionView } from '../../protocol/page-calls.ts';
import { call } from '../../ui/client/call.ts';
import { useAction } from '../../ui/client/use-action.ts';
import { FailureNote } from '../../ui/components/failure-note.tsx';
import { t } from '../../ui/i18n/i18n.ts';

/** What people have answered with a sign. One's own is taken back, or another's joined, with a click. */
export function Reactions({ post }: { post: PostView }) {
  const react = useAction((sign: string) =>
    call('react', { space: post.space.name, post: post.id, sign }),
  );
  if (post.reactions.length === 0) return null;
  return (
    <div class="reactions" role="group" aria-label={t('post_reactions')}>
      {post.reactions.map((reaction) => (
        <button
          key={reaction.sign}
          type="button"
          class="reaction"
          aria-pressed={reaction.mine}
          aria-label={labelOf(reaction)}
          title={reaction.names.join(', ')}
          disabled={!post.may.react || react.busy}
          onClick={() => void react.run(reaction.mine ? '' : reaction.sign)}
        >
          <span aria-hidden="true">{reaction.sign}</span>
          <span aria-hidden="true">{reaction.count}</span>
        </button>
      ))}
      <FailureNote failure={react.failure} />
    </div>
  );
}

function labelOf({ sign, count, mine, names }: ReactionView): string {
  const who = names.length === 0 ? String(count) : `${count}: ${names.join(', ')}`;
  return t(mine ? 'post_reaction_mine' : 'post_reaction', sign, who);
}
