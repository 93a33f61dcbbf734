import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const policyFile = '/usr/sbin/policy-rc.d';

/** Debian asks this script before a package starts its daemon; 101 is "no". */
const refuseAll = '#!/bin/sh\n# Network25 is installing packages: no daemon may start.\nexit 101\n';

/**
 * Runs `work` while no package may start a daemon. What was in the policy's place before is there again
 * afterwards, also when an earlier run was killed in the middle.
 */
export async function withoutDaemons(work, file = policyFile) {
  const saved = `${file}.before-network25`;
  if (existsSync(file) && !existsSync(saved) && readFileSync(file, 'utf8') !== refuseAll) {
    renameSync(file, saved);
  }
  writeFileSync(file, refuseAll, { mode: 0o755 });
  // Ctrl-C reaches apt, which ends; we stay until the policy is back.
  const stay = () => {};
  process.on('SIGINT', stay).on('SIGTERM', stay);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
    if (existsSync(saved)) renameSync(saved, file);
    process.off('SIGINT', stay).off('SIGTERM', stay);
  }
}
