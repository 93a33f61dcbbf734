import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ServiceStage } from './service-stage.ts';

let stage: ServiceStage;

beforeAll(() => {
  stage = new ServiceStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.remove());

describe('a service that', () => {
  test('is killed: the browser is told by the end of its host, and the next takes over with all there was', async () => {
    const service = await stage.service();
    const host = await stage.connected();
    await host.fetch('PUT', '/kept');
    service.kill('SIGKILL');
    expect((await host.exited).code).toBe(1);
    const next = await stage.connected();
    expect((await next.fetch('GET', '/kept')).status).toBe(200);
    const waiting = await stage.service('waiting');
    expect(await next.end()).toBe(0);
    await stage.said(waiting, 'Serving');
    const last = await stage.connected();
    expect((await last.fetch('GET', '/kept')).status).toBe(200);
  });

  test('has one browser at a time, and the next as soon as that has gone', async () => {
    await stage.service();
    const first = await stage.connected();
    const second = stage.browser();
    const refused = await second.waitFor('refused');
    expect(refused.code).toBe('data-in-use');
    await second.exited;
    const third = stage.browser();
    await first.end();
    await third.waitFor('hello');
  });
});
