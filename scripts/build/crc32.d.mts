/// <reference types="node" />
export function crc32(bytes: Buffer | Uint8Array): number;
