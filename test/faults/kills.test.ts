import { afterAll, beforeAll, test } from 'vitest';
import { buildHost, type BuiltHost } from '../host/native-host-process.ts';
import { Chance, roundsOf } from './chance.ts';
import { kills } from './kinds/kills.ts';

let built: BuiltHost;
beforeAll(() => {
  built = buildHost();
});
afterAll(() => built.remove());

test('whatever was acknowledged outlasts a kill at any moment', () =>
  kills(built, new Chance(), roundsOf(200)));
