import type { Code } from '../../src/protocol/codes.ts';
import type { TorAttempt } from '../../src/protocol/tor-status.ts';
import type { BridgeDiagnosis, PlaceDiagnosis } from '../tor/diagnose.ts';
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
    return [
      'NETWORK25_TOR names something else than environment, browser, system, own: correct or unset it.',
    ];
  }
  const { places, ownTor, restriction } = tor;
  const complaints =
    ownTor.complaint === undefined
      ? []
      : [`Mend ${ownTor.torrc ?? 'the settings of our own tor'}: ${ownTor.complaint}`];
  const running = places.filter(({ outcome }) => outcome === 'authenticated');
  if (running.length > 0) return [...complaints, ...running.flatMap(runningAdvice)];
  const ownAllowed = restriction === undefined || restriction.split(',').includes('own');
  if (ownAllowed && ownTor.binary !== undefined) {
    return [...complaints, ...bridgeAdvice(ownTor.bridges)];
  }
  return [
    ...complaints,
    ...places.filter(({ outcome }) => outcome === 'refused').map(refusalAdvice),
    restriction === undefined
      ? 'Start Tor Browser, or install tor (for example: apt install tor).'
      : `Start the Tor that NETWORK25_TOR=${restriction} means, or unset it to look everywhere.`,
  ];
}

function runningAdvice({ candidate, warnings = [] }: PlaceDiagnosis): string[] {
  const todo: Partial<Record<Code, string>> = {
    'tor-version-old': `Update the Tor at ${candidate}.`,
    'tor-offline': 'Connect this computer to the Internet; Tor goes on by itself.',
    'tor-blocked':
      "Check the clock of this computer. If it is right, Tor may be blocked here: set a bridge on Network25's options page, or in Tor Browser.",
    'bridges-unreachable':
      "Check your bridges, or get others: Network25's options page, Connection.",
    'bridge-program-missing': `Install the program for your bridges: ${bridgePackages}.`,
  };
  return warnings.flatMap((warning) => todo[warning] ?? []);
}

const bridgePackages = 'Tor Browser brings it; Debian has obfs4proxy and snowflake-client';

function bridgeAdvice(bridges: BridgeDiagnosis | undefined): string[] {
  if (bridges === undefined) return [];
  if ('code' in bridges) {
    return ["Your bridges can not be read: enter them again on Network25's options page."];
  }
  return bridges.missing.length === 0
    ? []
    : [`Install the program for ${bridges.missing.join(', ')}: ${bridgePackages}.`];
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
