import type { TorAttempt } from '../../src/protocol/tor-status.ts';
import type { Findings } from './doctor-report.ts';

/** What a person can do, most needed first; nothing when all is well. */
export function advice(findings: Findings): string[] {
  return [
    ...nodeAdvice(findings),
    ...browserAdvice(findings),
    ...dataAdvice(findings),
    ...torAdvice(findings),
  ];
}

function nodeAdvice({ node, launcher }: Findings): string[] {
  if (!node.good) return [`Install Node 20.19 or newer; this is ${node.version}.`];
  if (launcher.good) return [];
  return [`Run "network25-host install" again: the launcher starts a Node that is gone.`];
}

function browserAdvice({ browsers }: Findings): string[] {
  const found = browsers.filter((browser) => browser.found);
  if (found.length === 0) {
    return [
      'No browser was found. If yours is somewhere else, name it: network25-host install --tor-browser DIR',
    ];
  }
  const registered = found.filter(({ manifests }) =>
    manifests.some(({ state }) => state === 'registered'),
  );
  if (registered.length > 0) return [];
  const names = found.map(({ title }) => title).join(', ');
  return [`Run "network25-host install" to register with ${names}.`];
}

function dataAdvice({ data, databases }: Findings): string[] {
  const damaged = databases.damaged.map(
    ({ database, path }) =>
      `Put ${path} back from a backup. Until then the database ${database} is left as it is; the others go on.`,
  );
  if (data.writable) return damaged;
  return [
    `Let this account write to ${data.path}, or set NETWORK25_DATA_DIR to another folder.`,
    ...damaged,
  ];
}

function torAdvice({ tor }: Findings): string[] {
  if ('code' in tor) {
    return ['NETWORK25_TOR is none of environment, browser, system, own: correct or unset it.'];
  }
  const { places, ownTor, restriction } = tor;
  const complaints =
    ownTor.complaint === undefined
      ? []
      : [`Mend ${ownTor.torrc ?? 'the settings of our own tor'}: ${ownTor.complaint}`];
  if (places.some(({ outcome }) => outcome === 'authenticated')) return complaints;
  const ownAllowed = restriction === undefined || restriction === 'own';
  if (ownAllowed && ownTor.binary !== undefined) return complaints;
  return [
    ...complaints,
    ...places.filter(({ outcome }) => outcome === 'refused').map(refusalAdvice),
    restriction === undefined
      ? 'Start Tor Browser, or install tor (for example: apt install tor).'
      : `Start the Tor that NETWORK25_TOR=${restriction} means, or unset it to look everywhere.`,
  ];
}

function refusalAdvice({ candidate, code }: TorAttempt): string {
  if (code === 'tor-wrong-password') {
    return `The Tor at ${candidate} wants a password: type it on Network25's options page.`;
  }
  if (code === 'tor-cookie-unreadable') {
    return `The Tor at ${candidate} lets only some accounts in: add yours to its group (often debian-tor).`;
  }
  return `The Tor at ${candidate} does not let us in.`;
}
