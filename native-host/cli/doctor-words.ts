import type { Code } from '../../src/protocol/codes.ts';
import type { TorAttempt } from '../../src/protocol/tor-status.ts';
import type { BridgeDiagnosis, TorDiagnosis } from '../tor/diagnose.ts';
import type { DamagedDatabase, DatabaseFindings } from './doctor-databases.ts';
import type { BrowserFindings, Findings, ManifestFindings } from './doctor-report.ts';

/** The findings as text for a terminal: one line a thing, what to do at the end. */
export function inWords(findings: Findings, toDo: string[]): string {
  const { version, node, launcher, data, databases, browsers } = findings;
  const profiles = data.profiles === 1 ? '1 browser profile' : `${data.profiles} browser profiles`;
  return [
    `Network25 host ${version}`,
    mark(node.good, `Node ${node.version} (${node.path})`),
    mark(
      launcher.good,
      `Launcher ${launcher.path}` + (launcher.node === undefined ? '' : ` starts ${launcher.node}`),
    ),
    mark(data.writable, `Data in ${data.path}: ${profiles}`),
    ...data.keys.map(
      (file) => `        keys in the clear, to come up without the browser (your choice): ${file}`,
    ),
    ...databaseLines(databases),
    '',
    'Browsers',
    ...browsers.flatMap(browserLines),
    '',
    'Tor',
    ...torLines(findings),
    '',
    ...(toDo.length === 0 ? ['All is well.'] : ['To do:', ...toDo.map((step) => `  - ${step}`)]),
  ].join('\n');
}

function mark(good: boolean, text: string): string {
  return `${good ? 'ok ' : 'BAD'} ${text}`;
}

function databaseLines({ looked, damaged, kept }: DatabaseFindings): string[] {
  if (looked + kept.length === 0) return [];
  return [
    mark(damaged.length === 0, `Databases: ${looked}, damaged: ${damaged.length}`),
    ...damaged.map(
      ({ database, path, what }) => `        ${database}: ${path} ${damageWords[what]}`,
    ),
    ...kept.map((place) => `        kept from earlier damage: ${place}`),
  ];
}

const damageWords: Record<DamagedDatabase['what'], string> = {
  missing: 'is missing',
  changed: 'is not what was written',
  'cut short': 'has lost its end',
};

const manifestWords: Record<ManifestFindings['state'], string> = {
  registered: 'registered',
  'other-host': 'registered, but starts another copy of the host',
  absent: 'not registered',
  foreign: 'holds a file that is not ours',
  unreadable: 'can not be read',
};

function browserLines({ title, found, manifests }: BrowserFindings): string[] {
  if (!found && manifests.every(({ state }) => state === 'absent'))
    return [`    ${title}: not found`];
  return [
    `    ${title}: ${found ? 'found' : 'not found'}`,
    ...manifests.map(({ state, file }) => `        ${manifestWords[state]}: ${file}`),
  ];
}

const attemptWords: Record<TorAttempt['outcome'], string> = {
  authenticated: 'found',
  'not-there': 'nothing there',
  refused: 'refused us',
  'not-tor': 'something that is no Tor',
  failed: 'failed',
};

function torLines({ tor }: Findings): string[] {
  if ('code' in tor) return ['    not looked at'];
  const { places, ownTor, restriction } = tor;
  return [
    ...(restriction === undefined ? [] : [`    only looked for: NETWORK25_TOR=${restriction}`]),
    ...places.flatMap(placeLines),
    ownTor.binary === undefined
      ? '    no tor program to start if none is running'
      : `    to start if none is running: ${ownTor.binary} ${ownTor.version ?? ''}`.trimEnd(),
    ...(ownTor.bridges === undefined ? [] : bridgeLines(ownTor.bridges)),
  ];
}

function bridgeLines(bridges: BridgeDiagnosis): string[] {
  if ('code' in bridges) {
    return ['        its bridges can not be read: it is not started without them'];
  }
  const { set, missing, programs } = bridges;
  return [
    `        enters Tor by your bridges only: ${set} set`,
    ...programs.map((program) => `        with ${program}`),
    ...missing.map((transport) => `        no program for ${transport} was found`),
  ];
}

/** What a Tor that runs complains of, as far as a diagnosis can see. */
const warningWords: Partial<Record<Code, string>> = {
  'tor-version-old': 'this version is too old to be safe',
  'tor-offline': 'it has no connection to the Internet',
  'tor-blocked': 'it finds no way into its network: blocked, or the clock is wrong',
  'bridges-unreachable': 'none of its bridges answers',
  'bridge-program-missing': 'the program for its bridges is missing or does not work',
};

/** Why a place was of no use. */
const refusalWords: Partial<Record<Code, string>> = {
  'tor-wrong-password': 'it asks for its control password',
  'tor-cookie-unreadable': 'its authentication file can not be read',
  'tor-refused': 'it lets nobody in',
  'not-allowed': 'it is not on this computer',
};

function placeLines(place: TorDiagnosis['places'][number]): string[] {
  const { candidate, origin, outcome, code, version, progress } = place;
  const { foreign = [], warnings = [] } = place;
  const more = [
    attemptWords[outcome],
    ...(version === undefined ? [] : [`Tor ${version}`]),
    ...(progress === undefined ? [] : [`connected to ${progress} %`]),
    ...(code === undefined ? [] : [refusalWords[code] ?? code]),
  ];
  return [
    `    ${candidate} (${origin}): ${more.join(', ')}`,
    ...warnings.map((warning) => `        ${warningWords[warning] ?? warning}`),
    ...foreign.map(
      (address) => `        ${address} uses Network25's port there and is not ours: left alone`,
    ),
  ];
}
