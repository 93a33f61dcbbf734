const longest = 280;

/** The beginning of a text as a quotation, with room for an answer below. */
export function quoted(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest).trimEnd()}…` : text;
  const lines = short.split('\n').map((line) => `> ${line}`);
  return `${lines.join('\n')}\n\n`;
}
