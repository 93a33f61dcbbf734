import * as v from 'valibot';
import { addonId, nativeHostName } from '../../src/protocol/native-messages.ts';

/** The browser reads `<name>.json` and starts `path` for the add-ons it names, and for nobody else. */
export const manifestFileName = `${nativeHostName}.json`;

export function manifestText(launcher: string): string {
  const manifest = {
    name: nativeHostName,
    description: 'Network25: keeps your databases on this computer and serves them over Tor',
    path: launcher,
    type: 'stdio',
    allowed_extensions: [addonId],
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

const manifestSchema = v.looseObject({
  name: v.literal(nativeHostName),
  path: v.string(),
  allowed_extensions: v.array(v.string()),
});

/** The launcher a manifest of ours names; `undefined` when the text is somebody else's, or no manifest. */
export function launcherIn(text: string): string | undefined {
  try {
    const manifest = v.safeParse(manifestSchema, JSON.parse(text));
    if (!manifest.success || !manifest.output.allowed_extensions.includes(addonId))
      return undefined;
    return manifest.output.path;
  } catch {
    return undefined;
  }
}
