export type Thing = 'tor' | 'tor-gencert' | 'firefox';
export interface MachineFacts {
  platform: NodeJS.Platform;
  root: boolean;
  apt: boolean;
  systemd: boolean;
}
export function planFor(
  missing: Thing[],
  machine: MachineFacts,
): { install: string[]; tell?: undefined } | { tell: string; install?: undefined };
