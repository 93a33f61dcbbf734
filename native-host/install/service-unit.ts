import { join } from 'node:path';

export const unitName = 'network25.service';

/** Where systemd looks for the units of one account. */
export function unitPath(home: string, configHome: string | undefined): string {
  return join(configHome ?? join(home, '.config'), 'systemd', 'user', unitName);
}

/** The first line of each unit we write; others are not ours to change. */
export const unitMark = '# Written by "network25-host service install".';

/**
 * A unit that keeps one profile's host running. It may write in that folder and its own temporary one, nowhere else, and
 * gain no rights; a kernel that grants accounts no such walls lets systemd start it without them or not at all, which
 * `systemctl --user status network25` then says.
 */
export function serviceUnit(launcher: string, directory: string): string {
  return `${unitMark}
[Unit]
Description=Network25: your endpoint, with the browser closed too

[Service]
ExecStart=${quoted(launcher, 'command')} service run --data ${quoted(directory, 'command')}
Restart=on-failure
RestartSec=1
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${quoted(directory, 'path')}
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=default.target
`;
}

/** As systemd reads a value: "%" begins a specifier, and in a command "$" a variable. */
function quoted(text: string, kind: 'command' | 'path'): string {
  const escaped = text
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('%', '%%');
  return `"${kind === 'command' ? escaped.replaceAll('$', '$$$$') : escaped}"`;
}
