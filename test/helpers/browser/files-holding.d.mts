/**
 * The files below these folders in which one of the texts stands as UTF-8 or UTF-16. What a file packs
 * is not unpacked: random texts, keys for instance, stand in packed files as they are.
 */
export function filesHolding(
  folders: readonly string[],
  texts: readonly string[],
): Promise<string[]>;
