import { spawnSync } from 'node:child_process';
import * as v from 'valibot';
import { type BuiltHost, quietEnvironment } from '../host/native-host-process.ts';

const findingsSchema = v.object({
  databases: v.object({
    looked: v.number(),
    damaged: v.array(v.object({ database: v.string(), path: v.string(), what: v.string() })),
    kept: v.array(v.string()),
  }),
  toDo: v.array(v.string()),
});

/** What `network25-host doctor` finds, beside a host that may be at work. */
export function doctorOf(built: BuiltHost): v.InferOutput<typeof findingsSchema> {
  const { stdout } = spawnSync(built.launcher, ['doctor', '--json'], {
    env: quietEnvironment(built.folder),
    encoding: 'utf8',
  });
  return v.parse(findingsSchema, JSON.parse(stdout));
}
