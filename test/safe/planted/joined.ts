import { asBytes } from '../../../native-host/bytes.ts';

export const joined = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts.map(asBytes));
