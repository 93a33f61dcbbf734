import { findFirefox, findProgram, findTor } from './programs.mjs';
import { isOffline } from './packages.mjs';
import { withoutDaemons } from './quiet-daemons.mjs';
import { Refusal } from './refusal.mjs';
import { inSeconds, run } from './run.mjs';

/**
 * What may be needed of the system, how it is noticed, and what brings it.
 * A browser draws no letters without a font, and a bare Debian has none.
 */
const things = {
  tor: { there: () => findTor() !== undefined, debian: ['tor'], brew: 'tor' },
  'tor-gencert': {
    there: () => findProgram(['tor-gencert']) !== undefined,
    debian: ['tor'],
    brew: 'tor',
  },
  firefox: {
    there: () => findFirefox() !== undefined,
    debian: ['firefox-esr', 'fonts-dejavu-core'],
    brew: '--cask firefox@esr',
  },
};

/** Makes sure that the things named are there: installs them when we may, else refuses with the one command. */
export async function installSystemPackages(names) {
  const missing = names.filter((name) => !things[name].there());
  const plan = planFor(missing, {
    platform: process.platform,
    root: process.getuid?.() === 0,
    apt: findProgram(['apt-get']) !== undefined,
    systemd: findProgram(['systemctl']) !== undefined,
  });
  if (plan.tell) throw new Refusal(plan.tell);
  if (plan.install.length > 0) await aptInstall(plan.install);
}

/** Pure: what to do about missing things on this machine. */
export function planFor(missing, { platform, root, apt, systemd }) {
  if (missing.length === 0) return { install: [] };
  const packages = [...new Set(missing.flatMap((name) => things[name].debian))];
  if (platform === 'darwin') {
    const formulas = [...new Set(missing.map((name) => things[name].brew))];
    return { tell: toDo(missing, formulas.map((name) => `brew install ${name}`).join(' && ')) };
  }
  if (!apt)
    return {
      tell: `Network25 needs ${list(missing)}: install it with your system's packages, and run this again.`,
    };
  if (root) return { install: packages };
  // Masked first, so that Debian's tor doesn't start a daemon and go online. Ours is started by us.
  const mask = systemd && packages.includes('tor') ? 'sudo systemctl mask tor.service && ' : '';
  return { tell: toDo(missing, `${mask}sudo apt-get install ${packages.join(' ')}`) };
}

function toDo(missing, commandLine) {
  return `Network25 needs ${list(missing)}. Run this command, then start again:\n\n  ${commandLine}\n`;
}

function list(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

async function aptInstall(packages) {
  console.log(`Installing ${packages.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const torIsNew = findTor() === undefined;
  const { ok, output, seconds } = await withoutDaemons(async () => {
    const updated = await run('apt-get', ['update'], { env });
    const installed = await run(
      'apt-get',
      ['install', '--yes', '--no-install-recommends', ...packages],
      { env },
    );
    return {
      ok: installed.ok,
      output: `${updated.output}${installed.output}`,
      seconds: updated.seconds + installed.seconds,
    };
  });
  if (!ok) {
    throw new Refusal(
      isOffline(output) || /Could not resolve|Temporary failure|Failed to fetch/.test(output)
        ? `${list(packages)} can't be installed: Debian's packages can't be reached. Connect to the Internet and run this again.`
        : `${output.trimEnd()}\n\napt-get could not install ${list(packages)}.`,
    );
  }
  if (torIsNew && packages.includes('tor')) await keepFromStartingLater();
  console.log(
    `${list(packages)} ${packages.length === 1 ? 'is' : 'are'} installed (${inSeconds(seconds)}).`,
  );
}

/** Debian enables tor's daemon for the next start of the machine. Where there is no systemd this does nothing. */
async function keepFromStartingLater() {
  await run('systemctl', ['disable', 'tor.service']);
}
