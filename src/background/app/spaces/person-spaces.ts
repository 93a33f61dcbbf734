import type { Context } from '../context.ts';
import { SpaceDesk, type SpaceDeskParts } from './space-desk.ts';
import { SpaceViews, type SpaceViewsParts } from './space-views.ts';

/** Spaces as the pages show them, and what a person does with public ones. */
export interface PersonSpaces {
  readonly views: SpaceViews;
  readonly desk: SpaceDesk;
}

export function personSpaces(
  { me, changed }: Context,
  parts: Omit<SpaceDeskParts, 'changed'> & Omit<SpaceViewsParts, 'me' | 'publics'>,
): PersonSpaces {
  return {
    views: new SpaceViews({ ...parts, me: me.identity.address, publics: parts.publics.spaces }),
    desk: new SpaceDesk({ ...parts, changed: () => changed('spaces', 'feed', 'state') }),
  };
}
