export function packagesAreStale(folder: string): boolean;
export function isOffline(output: string): boolean;
export const peersFolder: string;
export function installPeers(): Promise<void>;
