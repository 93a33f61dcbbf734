import { formatBridge } from '../../src/protocol/bridges.ts';
import { CodedError } from '../../src/protocol/codes.ts';
import { plainPath, type BridgePlan } from './transport-programs.ts';

/**
 * What tells our own tor its bridges and then lets it go online. They go over the control port: a command
 * line could be read by every user of the machine. Throws CodedError `bridge-program-missing` when not one
 * of the bridges can be used; it never goes online without.
 */
export async function bridgeCommand(plan: BridgePlan, torFolder: string): Promise<string> {
  if (plan.usable.length === 0) {
    throw new CodedError('bridge-program-missing', plan.missing.join(', '));
  }
  const plugins: string[] = [];
  for (const [program, carried] of plan.programs) {
    const path = await plainPath(program, torFolder);
    if (path === undefined) throw new CodedError('bridge-program-missing', carried.join(', '));
    plugins.push(`${carried.join(',')} exec ${path}`);
  }
  return [
    'SETCONF UseBridges=1',
    ...plan.usable.map((bridge) => `Bridge=${quoted(formatBridge(bridge))}`),
    ...plugins.map((plugin) => `ClientTransportPlugin=${quoted(plugin)}`),
    'DisableNetwork=0',
  ].join(' ');
}

/** A QuotedString of control-spec. */
const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
