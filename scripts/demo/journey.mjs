/**
 * What two people do, click by click. Each step is a sentence, what happens (with the acts of
 * test/helpers/browser/acts.mjs), and whose page is pictured afterwards.
 */
export const journey = [
  {
    sentence: 'Alice, in a browser set up as Tor Browser is, chooses a name and gets an address.',
    file: 'alice-has-an-address',
    who: 'alice',
    run: async ({ alice }, { createIdentity }) => {
      alice.address = await createIdentity(alice.person);
      await show(alice, '#feed');
    },
  },
  {
    sentence: 'Bob does the same in ordinary Firefox. Tor has announced both addresses.',
    file: 'bob-has-an-address',
    who: 'bob',
    run: async ({ bob }, { createIdentity }) => {
      bob.address = await createIdentity(bob.person);
      await show(bob, '#feed');
    },
  },
  {
    sentence: 'Alice says something about herself.',
    file: 'alice-edits-her-profile',
    who: 'alice',
    run: async ({ alice }) => {
      await showSettings(alice, 'identity');
      const { page } = alice;
      await page.getByLabel('About you').fill('I keep bees, and a telescope on the roof.');
      await page.getByLabel('Interests').fill('bees, stars, bread');
      await page.getByRole('button', { name: 'Save profile' }).click();
      await page.getByText('Profile saved').first().waitFor();
    },
  },
  {
    sentence: 'She writes her first post.',
    file: 'alice-writes',
    who: 'alice',
    run: async ({ alice }, { writePost }) => {
      await show(alice, '#feed');
      await writePost(alice.page, aliceWrites);
    },
  },
  {
    sentence: "Bob pastes Alice's address: her profile comes over Tor and is checked against it.",
    file: 'bob-finds-alice',
    who: 'bob',
    run: async ({ alice, bob }, { lookUp }) => {
      await show(bob, '#add');
      await lookUp(bob.page, alice.address);
    },
  },
  {
    sentence: 'He asks to be her friend.',
    file: 'bob-asks',
    who: 'bob',
    run: ({ bob }, { askToBeFriends }) =>
      askToBeFriends(bob.page, 'Alice', 'It is me, from the choir.'),
  },
  {
    sentence: 'Alice sees the request and accepts.',
    file: 'alice-accepts',
    who: 'alice',
    run: async ({ alice }, { acceptRequest }) => {
      await show(alice, '#friends');
      await acceptRequest(alice.page, 'Bob');
    },
  },
  {
    sentence: "Bob reads Alice's post: it came from her computer to his, over Tor.",
    file: 'bob-reads',
    who: 'bob',
    firstPostRead: true,
    run: async ({ bob }, { seesPost }) => {
      await show(bob, '#feed');
      await seesPost(bob.page, aliceWrites);
    },
  },
  {
    sentence: 'Bob writes a post of his own, which reaches Alice at once.',
    file: 'alice-reads',
    who: 'alice',
    run: async ({ alice, bob }, { seesPost, writePost }) => {
      await show(alice, '#feed');
      await writePost(bob.page, bobWrites);
      await seesPost(alice.page, bobWrites);
    },
  },
  {
    sentence: 'Alice writes to Bob in private; only he can read it.',
    file: 'bob-reads-a-message',
    who: 'bob',
    run: async ({ alice, bob }, { openConversation, seesMessage, sendMessage }) => {
      await show(alice, '#friends');
      await openConversation(alice.page, 'Bob');
      await sendMessage(alice.page, 'Bob', aliceWhispers);
      await show(bob, '#friends');
      await openConversation(bob.page, 'Alice');
      await seesMessage(bob.page, aliceWhispers);
    },
  },
  {
    sentence: "Bob looks at Alice's keys, and at the words he can compare with her by phone.",
    file: 'bob-sees-the-keys',
    who: 'bob',
    run: async ({ bob }) => {
      await showSettings(bob, 'friends');
      await bob.page.locator('summary').first().click();
      await bob.page.getByText('Safety phrase').first().waitFor();
    },
  },
];

const aliceWrites = 'The bees came through the winter. Honey in June!';
const bobWrites = 'I will bring the bread.';
const aliceWhispers = 'The key is under the third hive.';

const show = async (who, hash) => turnTo(who, await who.person.popup(hash));
const showSettings = async (who, section) => turnTo(who, await who.person.options(section));

/** One tab for each person is enough to look at. */
async function turnTo(who, page) {
  await who.page?.close();
  who.page = page;
}
