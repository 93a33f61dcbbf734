/** The browsers we know how to register with. */
export const browserNames = ['firefox', 'tor-browser', 'librewolf', 'mullvad'] as const;
export type BrowserName = (typeof browserNames)[number];

export const browserTitles: Record<BrowserName, string> = {
  firefox: 'Firefox',
  'tor-browser': 'Tor Browser',
  librewolf: 'LibreWolf',
  mullvad: 'Mullvad Browser',
};

/** The machine to look at; everything is a value, so that tests can show a folder tree of any platform. */
export interface Machine {
  platform: NodeJS.Platform;
  /** The person's real home. */
  home: string;
  /** Directories searched for programs. */
  path: readonly string[];
  /** Where absolute places like /opt begin; not `/` in tests only. */
  root: string;
  /** Folders of Tor Browser the person named. */
  torBrowsers: readonly string[];
}

/** Whether a sign of a browser was found, and every directory in which some version of it looks for manifests. */
export interface Found {
  found: boolean;
  directories: string[];
}
