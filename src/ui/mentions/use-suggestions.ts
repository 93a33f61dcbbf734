import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Labelled } from './labels.ts';
import { askedAt, type Asked, choosing, suggestions } from './suggest.ts';

export interface Suggestions {
  readonly offered: readonly Labelled[];
  /** Which of them Enter takes. */
  readonly chosen: number;
  /** After each letter, and each time the caret has moved. */
  readonly look: (area: HTMLTextAreaElement) => void;
  /** Whether the key was for the list. */
  readonly key: (event: KeyboardEvent) => boolean;
  readonly take: (one: Labelled) => void;
  readonly close: () => void;
}

interface Offer {
  readonly asked: Asked;
  readonly people: readonly Labelled[];
  readonly chosen: number;
}

/** People to name, while an `@` is being typed into a text area. */
export function useSuggestions(
  people: readonly Labelled[],
  area: { readonly current: HTMLTextAreaElement | null },
  change: (text: string) => void,
): Suggestions {
  const [offer, setOffer] = useState<Offer>();
  /** Where the caret goes once the text is there. */
  const caret = useRef<number | undefined>(undefined);
  useLayoutEffect(() => {
    if (caret.current === undefined) return;
    area.current?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });

  const look = ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement) => {
    const asked = selectionStart === selectionEnd ? askedAt(value, selectionStart) : undefined;
    const found = asked ? suggestions(asked.words, people) : [];
    if (asked === undefined || found.length === 0) return setOffer(undefined);
    setOffer({ asked, people: found, chosen: 0 });
  };

  const take = (one: Labelled) => {
    if (offer === undefined || area.current === null) return;
    const after = choosing(area.current.value, offer.asked, one);
    caret.current = after.caret;
    change(after.text);
    setOffer(undefined);
    area.current.focus();
  };

  const move = (by: number) => {
    if (offer === undefined) return;
    const { length } = offer.people;
    setOffer({ ...offer, chosen: (offer.chosen + by + length) % length });
  };

  const key = (event: KeyboardEvent): boolean => {
    if (offer === undefined || event.isComposing || event.ctrlKey || event.metaKey) return false;
    const one = offer.people[offer.chosen];
    switch (event.key) {
      case 'ArrowDown':
        move(1);
        break;
      case 'ArrowUp':
        move(-1);
        break;
      case 'Enter':
      case 'Tab':
        if (event.shiftKey || one === undefined) return false;
        take(one);
        break;
      case 'Escape':
        setOffer(undefined);
        break;
      default:
        return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  };

  return {
    offered: offer?.people ?? [],
    chosen: offer?.chosen ?? 0,
    look,
    key,
    take,
    close: () => setOffer(undefined),
  };
}
