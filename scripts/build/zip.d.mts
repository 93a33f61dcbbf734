/// <reference types="node" />
export function zip(files: Iterable<readonly [name: string, bytes: Buffer | Uint8Array]>): Buffer;
