import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bridgeCommand } from '../../native-host/tor/bridge-command.ts';
import { bridgeFile, readBridges, writeBridges } from '../../native-host/tor/bridge-file.ts';
import { planBridges } from '../../native-host/tor/transport-programs.ts';
import { bridgesField, formatBridge, linesOf, parseBridge } from '../../src/protocol/bridges.ts';

const fingerprint = '0123456789ABCDEF0123456789ABCDEF01234567';
const obfs4 = `obfs4 192.0.2.1:443 ${fingerprint} cert=ab/cd+ef iat-mode=0`;
const webtunnel = `webtunnel [2001:db8::1]:443 ${fingerprint} url=https://example.com/path?x=1 ver=0.0.1`;
const snowflake = `snowflake 192.0.2.3:80 ${fingerprint} fingerprint=${fingerprint} url=https://example.net/ fronts=a.example,b.example ice=stun:stun.example:3478 utls-imitate=hellorandomizedalpn`;

describe('a bridge line', () => {
  it.each([
    ['a plain bridge', '192.0.2.1:443'],
    ['a plain bridge with its fingerprint', `192.0.2.1:443 ${fingerprint}`],
    ['one of obfs4', obfs4],
    ['one of webtunnel', webtunnel],
    ['one of snowflake', snowflake],
  ])('is %s', (_, line) => {
    const bridge = parseBridge(line);
    expect(bridge && formatBridge(bridge)).toBe(line);
  });

  it('may be written in other ways that mean the same', () => {
    const written = `  Bridge  OBFS4\t192.0.2.1:443  $${fingerprint.toLowerCase()} cert=ab/cd+ef  iat-mode=0 `;
    expect(parseBridge(written)).toEqual(parseBridge(obfs4));
  });

  it.each([
    ['nothing', ''],
    ['a name instead of an address', 'obfs4 example.com:443'],
    ['a transport nobody knows', `exec 192.0.2.1:443 ${fingerprint}`],
    ['an address without a port', '192.0.2.1'],
    ['a port out of range', '192.0.2.1:65536'],
    ['an address out of range', '192.0.2.999:443'],
    ['a fingerprint cut short', `192.0.2.1:443 ${fingerprint.slice(1)}`],
    ['details without a transport', `192.0.2.1:443 ${fingerprint} cert=ab`],
    ['another setting after it', `192.0.2.1:443\nControlPort 9051`],
    ['a carriage return', `192.0.2.1:443\rControlPort 9051`],
    ['a quote', `${obfs4} x="y`],
    ['a backslash', `${obfs4} x=\\y`],
    ['a comment', `${obfs4} # mine`],
    ['letters beyond ASCII', `${obfs4} x=ü`],
    ['no end', `${obfs4} x=${'y'.repeat(2_000)}`],
  ])('is not %s', (_, line) => {
    expect(parseBridge(line)).toBeUndefined();
  });

  it('lets nothing through that could end a word, a string or a line of Tor’s', () => {
    const part = fc.constantFrom(
      'obfs4',
      ' ',
      '192.0.2.1:1',
      fingerprint,
      'a=',
      '"',
      '\\',
      '\r\n',
      '\0',
      '#',
      "'",
      '=',
      ',',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(part, fc.string({ maxLength: 5 })), { maxLength: 12 }),
        (parts) => {
          const bridge = parseBridge(parts.join(''));
          if (bridge === undefined) return;
          expect(formatBridge(bridge)).toMatch(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/);
          expect(formatBridge(bridge)).not.toMatch(/["\\#]/);
          expect(parseBridge(formatBridge(bridge))).toEqual(bridge);
        },
      ),
    );
  });

  it('is one of at most twenty', () => {
    const many = (count: number) => Array.from({ length: count }, () => obfs4);
    expect(v.is(bridgesField, many(20))).toBe(true);
    expect(v.is(bridgesField, many(21))).toBe(false);
  });

  it('is found among empty lines and comments', () => {
    expect(linesOf(`# mine\r\n\n ${obfs4} \n#\n192.0.2.1:443`)).toEqual([obfs4, '192.0.2.1:443']);
  });
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'n25-bridges-'));
});
afterEach(() => rm(folder, { recursive: true }));

const parsed = (...lines: string[]) => lines.flatMap((line) => parseBridge(line) ?? []);

describe('the bridges kept', () => {
  it('are what was set, for nobody else to read, until they are taken back', async () => {
    await expect(readBridges(folder)).resolves.toEqual([]);
    await writeBridges(folder, parsed(obfs4, snowflake));
    await expect(readBridges(folder)).resolves.toEqual(parsed(obfs4, snowflake));
    expect((await stat(bridgeFile(folder))).mode & 0o777).toBe(0o600);
    await writeBridges(folder, parsed(webtunnel));
    await expect(readBridges(folder)).resolves.toEqual(parsed(webtunnel));
    await writeBridges(folder, []);
    await expect(readFile(bridgeFile(folder))).rejects.toThrow('ENOENT');
  });

  it.each([
    ['torn', '{"bridges":["192.0.2.1:4'],
    ['of another make', '{"lines":[]}'],
    ['no bridge', '{"bridges":["192.0.2.1:443\\nControlPort 9051"]}'],
    ['endless', `{"bridges":[]}${' '.repeat(70_000)}`],
  ])('are not thought away when their file is %s', async (_, text) => {
    await writeFile(bridgeFile(folder), text);
    await expect(readBridges(folder)).rejects.toThrow('bridges-unreadable');
  });

  it('say that they can’t be kept', async () => {
    await mkdir(join(folder, 'bridges.json'));
    await expect(writeBridges(folder, parsed(obfs4))).rejects.toThrow('data-unwritable');
  });
});

describe('what Tor is told of bridges', () => {
  const program = async (name: string, inside = folder) => {
    await mkdir(inside, { recursive: true });
    const path = join(inside, name);
    await writeFile(path, '');
    await chmod(path, 0o700);
    return path;
  };
  const around = (path: string) => ({
    // Looks in PATH and homes only, so that no program of this machine is found.
    platform: 'win32' as const,
    environment: { PATH: path },
  });
  const here = (path = folder) => ({ ...around(path), platform: 'linux' as const });

  it('is one command with their programs, which then lets it go online', async () => {
    const path = await program('lyrebird');
    const plan = await planBridges(
      parsed(obfs4, '192.0.2.9:9001', obfs4.replace('obfs4', 'meek_lite')),
      here(),
    );
    expect(await bridgeCommand(plan, folder)).toBe(
      `SETCONF UseBridges=1 Bridge="${obfs4}" Bridge="192.0.2.9:9001" Bridge="${obfs4.replace('obfs4', 'meek_lite')}" ` +
        `ClientTransportPlugin="obfs4,meek_lite exec ${path}" DisableNetwork=0`,
    );
  });

  it('leaves out those whose program is not there, and never all of them', async () => {
    const some = await planBridges(parsed(obfs4, '192.0.2.9:9001'), around('C:\\nowhere'));
    expect(some.missing).toEqual(['obfs4']);
    expect(await bridgeCommand(some, folder)).toBe(
      'SETCONF UseBridges=1 Bridge="192.0.2.9:9001" DisableNetwork=0',
    );
    const none = await planBridges(parsed(obfs4, snowflake), around('C:\\nowhere'));
    await expect(bridgeCommand(none, folder)).rejects.toThrow('bridge-program-missing');
  });

  it('names a program whose path has a space by a link without one', async () => {
    const path = await program('obfs4proxy', join(folder, 'with space'));
    const plan = await planBridges(parsed(obfs4), here(join(folder, 'with space')));
    expect([...plan.programs.keys()]).toEqual([path]);
    expect(await bridgeCommand(plan, folder)).toContain('exec ./pt-obfs4proxy"');
  });
});
