import { parseArgs } from 'node:util';
import { type BrowserName, browserNames } from '../install/machine.ts';
import { hostVersion } from '../version.ts';
import { backupKey } from './backup-key.ts';
import { doctor } from './doctor.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { helpText } from './help.ts';
import { install, uninstall } from './install.ts';
import { serve } from './serve.ts';
import { installService, serviceStatus, uninstallService } from './service-install.ts';
import { runService } from './service-run.ts';

/** What a person may type, in a form that parseArgs refuses anything else in. */
const options = {
  browser: { type: 'string', multiple: true },
  'tor-browser': { type: 'string', multiple: true },
  home: { type: 'string' },
  json: { type: 'boolean' },
  data: { type: 'string' },
  listen: { type: 'string' },
  'unsafe-open': { type: 'boolean' },
  'keep-keys': { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const parse = (argv: readonly string[]) =>
  parseArgs({ args: [...argv], options, allowPositionals: true });
type Given = ReturnType<typeof parse>['values'];

/** Each command with the options it takes; an option of another command is a mistake worth a word. */
const commands: Record<
  string,
  { takes: string[]; run: (given: Given) => Promise<ExitCode> | ExitCode }
> = {
  install: {
    takes: ['browser', 'tor-browser', 'home'],
    run: (given) => install(installOptions(given)),
  },
  uninstall: {
    takes: ['browser', 'tor-browser', 'home'],
    run: (given) => uninstall(installOptions(given)),
  },
  doctor: {
    takes: ['json', 'tor-browser', 'home'],
    run: (given) =>
      doctor({
        json: given.json ?? false,
        torBrowsers: given['tor-browser'] ?? [],
        home: given.home,
      }),
  },
  serve: {
    takes: ['data', 'listen', 'unsafe-open'],
    run: (given) =>
      serve({
        data: given.data,
        listen: given.listen,
        unsafeOpen: given['unsafe-open'] ?? false,
      }),
  },
  'backup-key': { takes: [], run: backupKey },
  'service install': {
    takes: ['data', 'keep-keys'],
    run: (given) => installService(given.data, given['keep-keys'] ?? false),
  },
  'service uninstall': { takes: [], run: uninstallService },
  'service status': { takes: [], run: serviceStatus },
  'service run': { takes: ['data'], run: ({ data }) => runService(data) },
};

/** Runs one command line; resolves with what the process is to exit with. */
export async function runCommand(argv: readonly string[]): Promise<ExitCode> {
  try {
    const { values, positionals } = parse(argv);
    if (values.help || argv.length === 0) {
      console.log(helpText);
      return argv.length === 0 ? exitCodes.usage : exitCodes.done;
    }
    if (values.version) {
      console.log(hostVersion());
      return exitCodes.done;
    }
    const [first = '', second, ...others] = positionals;
    const isOfService = first === 'service' && second !== undefined;
    const name = isOfService ? `${first} ${second}` : first;
    const extra = isOfService || second === undefined ? others : [second, ...others];
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new UsageError(`There is no command "${name}".`);
    if (extra.length > 0) throw new UsageError(`"${extra.join(' ')}" is too much.`);
    const foreign = Object.keys(values).filter((option) => !command.takes.includes(option));
    if (foreign.length > 0) throw new UsageError(`${name} takes no --${foreign.join(', --')}.`);
    return await command.run(values);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    console.error(`${error.message}\nTry network25-host --help.`);
    return exitCodes.usage;
  }
}

class UsageError extends Error {}

function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return (
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  );
}

function installOptions(given: Given) {
  return {
    browsers: (given.browser ?? []).map(browserNamed),
    torBrowsers: given['tor-browser'] ?? [],
    home: given.home,
  };
}

function browserNamed(text: string): BrowserName {
  const name = browserNames.find((known) => known === text);
  if (name === undefined) {
    throw new UsageError(`--browser takes ${browserNames.join(', ')}, not "${text}".`);
  }
  return name;
}
