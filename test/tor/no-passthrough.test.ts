import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { onionCommand } from '../../native-host/tor/onion-command.ts';
import { toHostSchema } from '../../src/protocol/native-messages.ts';
import { commands, id, managerWorld, until, wish, type ManagerWorld } from './manager-world.ts';

let world: ManagerWorld;
beforeAll(async () => {
  world = await managerWorld();
});
afterEach(() => world.closeAll());
afterAll(() => world.end());

/** Texts that would be a second command, or more of the first, if they got through as they are. */
const attacks = [
  'x\r\nSIGNAL HALT',
  'x\nSIGNAL HALT',
  'x SIGNAL HALT',
  'x" SIGNAL="HALT',
  'x Flags=Detach',
  'x\0SIGNAL HALT',
];

/** Every message that carries a text on its way to Tor, with that text replaced. */
const messages = (text: string): object[] => [
  { type: 'publish', expandedKey: text, address: wish.address },
  { type: 'publish', expandedKey: `${wish.expandedKey}${text}`, address: wish.address },
  { type: 'publish', expandedKey: wish.expandedKey, address: text },
  { type: 'publish', expandedKey: wish.expandedKey, address: `${wish.address}${text}` },
  { type: 'bridges', id: 1, lines: [text] },
  { type: 'bridges', id: 1, lines: [`192.0.2.1:443 ${text}`] },
  { type: 'bridges', id: 1, lines: [`obfs4 192.0.2.1:443 a=b"${text}`] },
  { type: 'control', command: text },
  { type: 'look-for-tor', command: text },
  { type: 'test-service', id: 1, address: text },
];

/** All that the host ever says to a control port. */
const known =
  /^(PROTOCOLINFO 1|AUTHENTICATE( [0-9a-f]+)?|SETEVENTS( [A-Z_]+)*|GETINFO [a-z/-]+|GETCONF (HiddenServiceOptions|UseBridges)|DEL_ONION [a-z2-7]{56}|ADD_ONION ED25519-V3:[A-Za-z0-9+/]{86}== Flags=DiscardPK,MaxStreamsCloseCircuit MaxStreams=\d+( PoW\w+=\d+)* Port=25984,127\.0\.0\.1:\d+ Port=80,127\.0\.0\.1:\d+)$/;

describe('a command for Tor', () => {
  it.each(attacks)('does not pass the native port in %j', (text) => {
    for (const message of messages(text))
      expect(v.safeParse(toHostSchema, message).success, JSON.stringify(message)).toBe(false);
  });

  it('does not come of what passes it, or of what would reach the manager without it', async () => {
    const server = await world.fakeTor({ ADD_ONION: `250-ServiceID=${id}\r\n250 OK\r\n` });
    const { manager } = world.manage(server.port);
    for (const text of attacks) {
      // A password may hold anything; it goes to Tor as hex.
      await manager.look(text);
      await expect(manager.setBridges([text])).rejects.toThrow('bridge-malformed');
      await expect(manager.setBridges([`192.0.2.1:443 ${text}`])).rejects.toThrow(
        'bridge-malformed',
      );
      manager.publish({ address: wish.address, expandedKey: text });
      await until(() => manager.status().service.code === 'malformed');
      expect(() =>
        onionCommand({ ...wish, expandedKey: `${wish.expandedKey}${text}` }, '', 'puzzle'),
      ).toThrow('malformed');
      await manager.unpublish();
    }
    manager.publish(wish);
    await until(() => commands(server).length > 0);
    await manager.diagnose();
    await manager.unpublish();
    for (const line of server.lines) expect(line).toMatch(known);
  });

  it('is made in Tor’s own folder, and nowhere else', () => {
    const files = ['native-host', 'src'].flatMap((room) =>
      readdirSync(room, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(room, name)),
    );
    const speaks = /control-connection\.ts|tor-session\.ts|authenticate\.ts|control-events\.ts/;
    const speakers = files.filter((file) => speaks.test(readFileSync(file, 'utf8')));
    expect(speakers.length).toBeGreaterThan(5);
    expect(speakers.filter((file) => !file.startsWith(join('native-host', 'tor')))).toEqual([]);
  });
});
