// npm run make-profile: keeps a profile of the present form in test/profiles, for later versions to open. Plain Node >= 20.19.
import { run } from './lib/run.mjs';

const words = ['vitest', 'run', '--project', 'unit', 'test/scenario/kept-profiles.test.ts'];
const env = { ...process.env, NETWORK25_MAKE_PROFILE: '1' };
const { ok } = await run('npx', [...words, '-t', 'there is one of each form'], { show: true, env });
if (!ok) process.exitCode = 1;
