/** What the command line answers with; docs/install.md lists them too. */
export const exitCodes = {
  done: 0,
  /** Something asked for could not be done, or doctor found something to mend. */
  failed: 1,
  /** The command or an option was not understood; nothing was done. */
  usage: 2,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
