export function findTorBrowser(
  home: string,
  platform: string,
  isThere?: (path: string) => boolean,
): { place: string; starter: string } | undefined;
