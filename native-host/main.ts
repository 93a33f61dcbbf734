import { runCommand } from './cli/run.ts';
import { isBrowserStart } from './messaging/browser-start.ts';
import { serveBrowser } from './messaging/serve-browser.ts';

const argv = process.argv.slice(2);
if (isBrowserStart(argv)) await serveBrowser();
else process.exitCode = await runCommand(argv);
