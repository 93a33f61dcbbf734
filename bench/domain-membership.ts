import { performance } from 'node:perf_hooks';
import { addOperations } from '../src/domain/membership/add.ts';
import { openSnapshot, signSnapshot, takeSnapshot } from '../src/domain/membership/snapshot.ts';
import { emptyMembership } from '../src/domain/membership/state.ts';
import { viewFrom } from '../src/domain/membership/view.ts';
import type { Result } from '../src/domain/result.ts';
import { ed25519KeyPair, ed25519Sign, sodiumReady } from '../src/domain/sodium.ts';
import { verifySignature } from '../src/domain/signature.ts';
import { GrowingForum } from '../test/domain/membership-forum.ts';

/**
 * Who belongs to a forum of 500, worked out from all its operations, from a snapshot, and after one more
 * admission, beside the bare cost of the signature checks. `one` as an argument adds the forum that grew one by
 * one (63,000 operations: minutes).
 */

await sodiumReady();
const size = 500;
measure(10);
if (process.argv.includes('one')) measure(1);

function measure(batch: number): void {
  const forum = new GrowingForum();
  while (forum.members.length < size) forum.grow(Math.min(batch, size - forum.members.length));
  const { charter, last } = forum;
  const documents = forum.documents.map(({ json }) => json);
  const bare = bareChecks(documents.length);

  const cold = timed(() => addOperations(emptyMembership(charter), documents));
  const view = timed(() => must(viewFrom(cold.value, null)));
  const taken = timed(() => must(takeSnapshot(cold.value, last.hash)));
  const snapshot = taken.value;
  const quorum = Math.floor(must(viewFrom(cold.value, last.hash)).members.size / 2) + 1;
  const signatures = forum.members.slice(0, quorum).map(
    ({ identity, device }) =>
      signSnapshot(snapshot, {
        spaceId: charter.spaceId,
        writer: { author: identity.publicKey, signer: device },
        position: { seq: 0, prev: null },
        time: 0,
      }).json,
  );
  const keys = forum.documents.filter(({ type }) => type === 'key');
  const unheard = keys.slice(0, quorum).slice(-10);
  const witnesses = [...unheard.map(({ json }) => json), ...signatures];
  const short = best(() => {
    const state = must(openSnapshot(snapshot.bytes, witnesses, snapshot, charter));
    return must(viewFrom(state, last.hash)).members.size;
  });
  const bareQuorum = bareChecks(quorum);

  const known = forum.documents.length;
  forum.grow(1);
  const more = forum.documents.slice(known).map(({ json }) => json);
  const change = timed(() => must(viewFrom(addOperations(cold.value, more), null)).members.size);

  console.log(`${String(size)} members, ${String(batch)} at a time: ${String(forum.votes)} votes`);
  row('all signature checks alone', bare);
  row('from a cold start', cold.ms, cold.ms / bare);
  row('who belongs, once read', view.ms);
  row(`taking a snapshot of ${String(snapshot.bytes.length)} bytes`, taken.ms);
  row('from the snapshot', short.ms, short.ms / bareQuorum);
  row(
    `one more admission (${String(more.length)} operations)`,
    change.ms,
    change.ms / bareChecks(more.length),
  );
}

/** What this many signature checks cost, each under another key. */
function bareChecks(count: number): number {
  const message = new Uint8Array(300);
  const signed = Array.from({ length: 256 }, (_, index) => {
    const pair = ed25519KeyPair(new Uint8Array(32).fill(index));
    return { key: pair.publicKey, signature: ed25519Sign(pair.secretKey, message) };
  });
  return timed(() => {
    for (let index = 0; index < count; index += 1) {
      const one = signed[index % signed.length];
      if (one === undefined || !verifySignature(one.key, message, one.signature)) {
        throw new Error('a good signature is refused');
      }
    }
  }).ms;
}

function timed<T>(what: () => T): { readonly ms: number; readonly value: T } {
  const start = performance.now();
  const value = what();
  return { ms: performance.now() - start, value };
}

function best<T>(what: () => T): { readonly ms: number; readonly value: T } {
  const runs = Array.from({ length: 5 }, () => timed(what));
  return runs.reduce((fastest, run) => (run.ms < fastest.ms ? run : fastest));
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.code);
  return result.value;
}

function row(what: string, ms: number, ratio?: number): void {
  const times = ratio === undefined ? '' : `  ${ratio.toFixed(2)} × the bare checks`;
  console.log(`  ${what.padEnd(44)} ${ms.toFixed(1).padStart(9)} ms${times}`);
}
