import { afterAll, describe, expect, it } from 'vitest';
import { evaluateProfile } from '../../src/domain/space/evaluate-profile.ts';
import { systemClock } from '../../src/store/clock.ts';
import { fetchProfile } from '../../src/sync/fetch-profile.ts';
import { createOnionFetch } from '../../src/sync/onion-fetch.ts';
import { must, person } from '../domain/people.ts';
import { Member } from './member.ts';
import { Onions } from './onions.ts';

const onions = new Onions();
afterAll(() => onions.close());
const fetch = createOnionFetch({ fetch: onions.fetch, gate: async () => true, clock: systemClock });

describe("fetching somebody's profile", () => {
  it('brings what the domain needs to judge it, asked as a stranger', async () => {
    const ada = await Member.join('ada', onions);
    const headers: (string | null)[] = [];
    onions.onRequest = (_, init) => headers.push(new Headers(init?.headers).get('authorization'));
    const documents = await fetchProfile(fetch, ada.person.identity.address);
    const profile = must(evaluateProfile(documents, ada.person.identity.address));
    expect(profile.profile.name).toBe('ada');
    expect(headers).toEqual([null, null]);
    await ada.leave();
  });

  const stranger = person('stranger').identity.address;
  const answer = (path: string, status: number, body: unknown) =>
    onions.serve(stranger, (request, response) => {
      const welcome = { couchdb: 'Welcome', uuid: 'u', vendor: { name: 'Network25' } };
      const asked = (request.url ?? '').includes(path);
      response.writeHead(asked ? status : 200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(asked ? body : welcome));
    });

  it('says what is wrong', async () => {
    await expect(fetchProfile(fetch, stranger)).rejects.toMatchObject({ code: 'peer-unreachable' });
    await answer('_all_docs', 404, {});
    await expect(fetchProfile(fetch, stranger)).rejects.toMatchObject({ code: 'profile-missing' });
    await answer('_all_docs', 200, { rows: 1 });
    await expect(fetchProfile(fetch, stranger)).rejects.toMatchObject({ code: 'malformed' });
    await answer('_all_docs', 200, { rows: Array.from({ length: 2_500 }, () => ({})) });
    await expect(fetchProfile(fetch, stranger)).rejects.toMatchObject({ code: 'malformed' });
    await answer('_all_docs', 200, { rows: [{ doc: 'x'.repeat(9_000_000) }] });
    await expect(fetchProfile(fetch, stranger)).rejects.toMatchObject({ code: 'too-large' });
    await answer('', 200, { a: 1 });
    await expect(fetchProfile(fetch, stranger)).rejects.toMatchObject({
      code: 'peer-not-network25',
    });
  });
});
