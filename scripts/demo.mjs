// npm run demo [-- --headless] [--out DIR]: a private Tor network on this computer, and two people in real
// Firefox who add each other and read each other's posts. No Internet, and nothing of yours is touched.
// Pictures and a summary are left in DIR. With a display the windows stay open until Ctrl-C.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { journey } from './demo/journey.mjs';
import { writeSummary } from './demo/summary.mjs';
import { hasDisplay } from './lib/display.mjs';
import { command, Refusal } from './lib/refusal.mjs';
import { root } from './lib/root.mjs';
import { inSeconds, runScript } from './lib/run.mjs';
import { setUp } from './lib/setup.mjs';

/** Since this process began, set-up and build included. */
const now = () => performance.now() / 1000;

await command(async () => {
  const { values } = parseArgs({
    options: { headless: { type: 'boolean', default: false }, out: { type: 'string' } },
  });
  const headless = values.headless || !hasDisplay();
  const out = resolve(values.out ?? join(root, 'test-artifacts', 'demo'));
  await setUp();
  mkdirSync(out, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'n25-demo-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  // A handler of our own, so that what is below gets to clean up.
  const interrupted = new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => done('interrupted'));
  });
  const open = [];
  const closeAll = async () => {
    for (const close of open.splice(0).toReversed()) await close().catch(() => {});
  };
  try {
    const played = play({ folder, out, headless, open });
    const ok = await Promise.race([played, interrupted]);
    if (ok === 'interrupted') {
      await closeAll();
      await played.catch(() => {});
      return 130;
    }
    if (!headless) {
      console.log('\nThe windows stay open: look around. Ctrl-C here ends everything.');
      await interrupted;
    }
    return ok ? 0 : 1;
  } finally {
    await closeAll();
  }
});

async function play({ folder, out, headless, open }) {
  // Only now: npm may have brought what these import a moment ago.
  const { startTorNetwork } = await import('../test/helpers/tor-network/index.mjs');
  const { startPerson } = await import('../test/helpers/browser/index.mjs');
  const acts = await import('../test/helpers/browser/acts.mjs');

  console.log('Building, and starting a private Tor network on this computer …');
  const [built, network] = await Promise.all([
    runScript('build'),
    startTorNetwork({ clients: 1 }).then((network) => {
      open.push(network.stop);
      return network;
    }),
  ]);
  if (!built.ok) throw new Refusal(`${built.output.trimEnd()}\n\nThe build failed.`);

  const meet = async (options) => {
    const person = await startPerson({ ...options, folder, artifacts: out, headless });
    open.push(person.close);
    return { person };
  };
  const people = {
    alice: await meet({ name: 'Alice', mode: 'private', client: network.clients[0] }),
    bob: await meet({ name: 'Bob', mode: 'ordinary', network }),
  };
  return tell(people, acts, out);
}

/** Plays every step, says it, and pictures it; stops at the first that fails. */
async function tell(people, acts, out) {
  const steps = [];
  let firstPostRead;
  let failure;
  for (const { sentence, file, who, run, firstPostRead: isRead } of journey) {
    const number = String(steps.length + 1).padStart(2, '0');
    try {
      await run(people, acts);
      const at = now();
      if (isRead) firstPostRead = at;
      await people[who].person.screenshot(people[who].page, `${number}-${file}`);
      steps.push({ sentence, at, picture: `${number}-${file}.png` });
      console.log(`${inSeconds(at).padStart(8)}  ${sentence}`);
    } catch (error) {
      failure = `${sentence} ${error instanceof Error ? error.message : String(error)}`;
      for (const [name, { person, page }] of Object.entries(people)) {
        if (page) await person.screenshot(page, `failed-${name}`).catch(() => {});
      }
      break;
    }
  }
  const summary = writeSummary(out, { steps, firstPostRead, failure });
  if (failure !== undefined) console.error(`\nThis did not work: ${failure}`);
  if (firstPostRead !== undefined) {
    console.log(
      `\nFrom the start to the first post read by the friend: ${inSeconds(firstPostRead)}`,
    );
  }
  console.log(`Pictures and summary: ${relative(process.cwd(), summary) || summary}`);
  return failure === undefined;
}
