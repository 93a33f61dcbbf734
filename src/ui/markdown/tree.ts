/** What a text of a post can become on the page, and nothing else. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'deleted'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'break' }
  /** Where a person is named; `text` is how it was typed. */
  | { readonly kind: 'mention'; readonly address: string; readonly text: string }
  | {
      readonly kind: 'link';
      /** http, https or mailto. */
      readonly href: string;
      /** Where it leads, if the words don't say it themselves. */
      readonly host: string | undefined;
      readonly children: readonly Inline[];
    };

export type Block =
  | { readonly kind: 'paragraph' | 'heading'; readonly children: readonly Inline[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly start: number;
      readonly items: readonly (readonly Block[])[];
    }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'rule' };
