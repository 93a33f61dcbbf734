export function packagesAreStale(folder: string): boolean;
export function isOffline(output: string): boolean;
export function installPeers(): Promise<void>;
export function installEngines(): Promise<void>;
