/** Markup that is safe to send: made by `markup` only, so every text in it has been escaped. */
export class Markup {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** For `markup` and for constants of ours. */
  static trusted(text: string): Markup {
    return new Markup(text);
  }
}

export type MarkupValue = string | number | Markup | readonly Markup[] | undefined;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that neither HTML nor XML 1.0 can hold, and halves of surrogate pairs. */
const unfit =
  // oxlint-disable-next-line no-control-regex -- it is the control characters that are looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A text as it may stand between tags or in a quoted attribute, of HTML and of XML alike. */
export function escapeText(text: string): string {
  return text.replace(unfit, '\ufffd').replace(/[&<>"']/g, (c) => escapes[c] ?? c);
}

/** Markup with values put in: texts escaped, markup as it is, lists one after the other. */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  const parts = strings.map((part, index) => part + markupOf(values[index]));
  return Markup.trusted(parts.join(''));
}

function markupOf(value: MarkupValue): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map((item) => item.text).join('');
  return escapeText(String(value));
}
