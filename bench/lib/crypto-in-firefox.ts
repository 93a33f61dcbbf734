import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { firefox } from 'playwright';
import { findFirefox } from '../../test/helpers/browser/index.mjs';

/** The same timings in a page of a real, headless Firefox with these prefs. */
export async function cryptoTimingsInFirefox(
  prefs: Record<string, boolean>,
): Promise<Record<string, number>> {
  const script = await bundle();
  const server = createServer((request, response) => {
    const isScript = request.url === '/timings.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><title>timings</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const profile = await mkdtemp(join(tmpdir(), 'n25-firefox-'));
  const context = await firefox.launchPersistentContext(profile, {
    channel: 'moz-firefox',
    executablePath: findFirefox() ?? 'firefox',
    headless: true,
    firefoxUserPrefs: prefs,
    viewport: null,
    // Each of these would be a command this Firefox does not know.
    colorScheme: null,
    reducedMotion: null,
    forcedColors: null,
    contrast: null,
  });
  try {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${port}/`, { waitUntil: 'commit' });
    return await page.evaluate(async (url): Promise<Record<string, number>> => {
      const timings = (await import(url)) as {
        cryptoTimings: () => Promise<Record<string, number>>;
      };
      return timings.cryptoTimings();
    }, '/timings.js');
  } finally {
    await context.close();
    server.close();
    await rm(profile, { recursive: true, force: true });
  }
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['bench/lib/crypto-timings.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'firefox128',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
