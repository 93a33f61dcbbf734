/** What keeps us from going on, in a sentence for the person, with what to do. No stack is shown. */
export class Refusal extends Error {
  name = 'Refusal';
}

/** Runs a command's `main`; its result is the exit code, its refusal a sentence and exit code 1. */
export async function command(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(error instanceof Refusal ? error.message : error);
    process.exitCode = 1;
  }
}
