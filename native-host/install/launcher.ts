import { addonId } from '../../src/protocol/native-messages.ts';

/** What a launcher exits with when its Node is gone: "service unavailable" of sysexits. */
export const nodeGoneStatus = 69;

/**
 * The script browsers start. It holds the absolute path of the Node that built or installed it, because
 * a browser started from a desktop has no PATH of a version manager. When that Node is gone it says so:
 * to a browser as a message of the native protocol, so that the add-on can show it, else as text.
 */
export function launcherScript(node: string): string {
  return `#!/bin/sh
# Starts Network25's host. Written by the build and again by "network25-host install".
node=${shellQuote(node)}

self=$0
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
  esac
done
here=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd -P) || exit 1

if [ ! -x "$node" ]; then
  echo "Network25: the Node this was installed with is gone: $node" >&2
  echo "Mend it with any Node 20.19 or newer: node '$here/main.js' install" >&2
  if [ "$2" = ${shellQuote(addonId)} ]; then printf ${shellQuote(frameAsPrintf())}; fi
  exit ${nodeGoneStatus}
fi

# Tor Browser points these at its own libraries, which may not be those this Node was built with.
unset LD_LIBRARY_PATH DYLD_LIBRARY_PATH NODE_OPTIONS
# Node takes three times 16 MB for what is new, of which a host that waits uses nothing; a push takes a tenth more so.
exec "$node" --max-semi-space-size=8 "$here/main.js" "$@"
`;
}

/** The path of Node inside a launcher we wrote, if the text is one. */
export function nodeInLauncher(script: string): string | undefined {
  const quoted = /^node='(.*)'$/m.exec(script)?.[1];
  return quoted?.replaceAll(String.raw`'\''`, `'`);
}

function shellQuote(text: string): string {
  return `'${text.replaceAll(`'`, String.raw`'\''`)}'`;
}

/**
 * A whole native message as a format of printf: its length in this machine's byte order (every platform
 * that runs these browsers is little-endian), then the JSON. Shorter than 256 bytes and plain ASCII.
 */
function frameAsPrintf(): string {
  const body = JSON.stringify({
    type: 'refused',
    code: 'host-missing',
    detail: 'Node, which runs the host, is gone: install Node 20.19 or newer and run install again',
  });
  const length = body.length.toString(8).padStart(3, '0');
  return `\\${length}\\000\\000\\000${body}`;
}
