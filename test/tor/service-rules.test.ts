import { describe, expect, it } from 'vitest';
import { watchUploads } from '../../native-host/tor/descriptor-upload.ts';
import { foreignServices } from '../../native-host/tor/existing-services.ts';
import { serviceTarget } from '../../native-host/tor/service-wish.ts';

const id = 'a'.repeat(56);
const ours = `${id}.onion`;
const other = `${'b'.repeat(56)}.onion`;

const upload = (descriptor: string, directory: string, service = id) =>
  `UPLOAD ${service} UNKNOWN ${directory} ${descriptor} HSDIR_INDEX=00`;
const uploaded = (directory: string, service = id) => `UPLOADED ${service} UNKNOWN ${directory}`;
const failed = (directory: string) => `FAILED ${id} UNKNOWN ${directory} REASON=UPLOAD_REJECTED`;

describe('a service counts as published', () => {
  it('when both its descriptors are up, not at the first', () => {
    const watch = watchUploads(ours);
    const steps = [upload('one', 'd1'), upload('one', 'd2'), uploaded('d1'), uploaded('d2')];
    for (const step of steps) expect(watch.see(step)).toBe(false);
    expect(watch.see(upload('two', 'd1'))).toBe(false);
    expect(watch.see(uploaded('d1'))).toBe(true);
  });

  it('when the uploads that failed are counted too', () => {
    const watch = watchUploads(ours);
    for (const step of [upload('one', 'd1'), upload('two', 'd2'), failed('d1')]) watch.see(step);
    expect(watch.see(uploaded('d2'))).toBe(true);
  });

  it('never by failures alone, or by another service’s events', () => {
    const watch = watchUploads(ours);
    const noise = [
      upload('x', 'd1', 'b'.repeat(56)),
      uploaded('d1', 'b'.repeat(56)),
      'CREATED',
      '',
    ];
    for (const step of [upload('one', 'd1'), upload('two', 'd2'), failed('d1'), failed('d2')])
      expect(watch.see(step)).toBe(false);
    for (const step of noise) expect(watch.see(step)).toBe(false);
  });
});

describe('where a service leads', () => {
  it('is a unix socket when its Tor can reach one', () => {
    expect(serviceTarget({ unixPath: '/data/endpoint.sock', port: 4000 }, true)).toBe(
      'unix:/data/endpoint.sock',
    );
  });

  it.each([
    ['the Tor is another user’s', '/data/endpoint.sock', false],
    ['there is no socket', undefined, true],
    ['the path has a space', '/my data/endpoint.sock', true],
    ['the path has a quote', '/my"data/endpoint.sock', true],
    ['the path has a comma', '/my,data/endpoint.sock', true],
    ['the path is too long', `/${'x'.repeat(108)}`, true],
    ['the path is relative', 'endpoint.sock', true],
    ['the path would end the command', '/x\r\nSIGNAL HALT', true],
  ])('is a loopback port when %s', (_, unixPath, reachable) => {
    const endpoint = { port: 4000, ...(unixPath === undefined ? {} : { unixPath }) };
    expect(serviceTarget(endpoint, reachable)).toBe('127.0.0.1:4000');
  });
});

describe('foreign services', () => {
  it('are those on our port that are not ours and whose address is known', () => {
    const torrc = [
      { directory: '/a', address: ours, virtualPorts: [25_984] },
      { directory: '/b', address: other, virtualPorts: [80, 25_984] },
      { directory: '/c', address: `${'c'.repeat(56)}.onion`, virtualPorts: [80] },
      { directory: '/d', virtualPorts: [25_984] },
    ];
    expect(foreignServices({ detached: [], torrc }, ours)).toEqual([other]);
  });
});
