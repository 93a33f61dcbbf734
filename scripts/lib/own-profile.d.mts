export function pageUuid(folder: string): string;
export function profileFolder(env?: Record<string, string | undefined>): string;
export function prepareProfile(folder: string, xpi: string): string;
