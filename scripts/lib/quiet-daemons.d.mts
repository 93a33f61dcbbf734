export function withoutDaemons<T>(work: () => Promise<T>, file?: string): Promise<T>;
