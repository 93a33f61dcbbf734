import { isAbsolute } from 'node:path';
import { addonId } from '../../src/protocol/native-messages.ts';

/** Browsers of the Firefox family start a host with the path of its manifest and the id of the add-on. */
export function isBrowserStart(argv: readonly string[]): boolean {
  const [manifest, addon] = argv;
  return manifest !== undefined && isAbsolute(manifest) && addon === addonId;
}
