import { expect, test } from 'vitest';
import { takesOver, type Session } from '../../src/domain/conversation/session.ts';
import { exchange, talker } from './conversation-people.ts';
import { person } from './people.ts';

const alice = person('Alice');
const bob = person('Bob');
const [, hearing] = exchange(talker(alice, bob), talker(bob, alice), 'hello');
const parties = { me: bob.identity.publicKey, friend: alice.identity.publicKey };

function sessionHeardAt(heardAt: number): Session {
  const [session] = hearing.conversation.sessions;
  if (session === undefined) throw new TypeError('there is a session');
  return { ...session, heardAt };
}

test("a start with Alice's new long-lived key takes over, though her clock went back", () => {
  const current = sessionHeardAt(10);
  const before = sessionHeardAt(5);
  expect(takesOver({ ...parties, current, started: before })).toBe(false);
  const restored = { ...before, theirs: new Uint8Array(32).fill(7) };
  expect(takesOver({ ...parties, current, started: restored })).toBe(true);
});
