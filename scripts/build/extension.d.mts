import type { BuildOptions } from 'esbuild';

export const moduleOptions: BuildOptions;
export function buildExtension(root: string, out: string): Promise<void>;
