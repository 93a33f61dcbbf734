/** What a person does in Network25, click by click. Types and contract: acts.d.mts. */

const soon = { timeout: 90_000 };

/** @type {typeof import('./acts.d.mts').createIdentity} */
export async function createIdentity(person) {
  const page = await person.popup();
  await create(page, person.name);
  await page.getByText('Friends can reach you').first().waitFor(soon);
  const address = /[a-z2-7]{56}\.onion/.exec(await page.content())?.[0];
  await page.close();
  if (!address) throw new Error(`${person.name} sees no address`);
  return address;
}

/** @type {typeof import('./acts.d.mts').begin} */
export async function begin(page, name) {
  await create(page, name);
  await page.getByRole('textbox', { name: 'Write a post' }).waitFor(soon);
}

/** The quick way: no passphrase, and the words are put off. */
async function create(page, name) {
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Create my identity' }).click();
  await page.getByRole('button', { name: 'Create without a passphrase' }).click();
  await page.getByRole('button', { name: 'Later' }).click(soon);
}

/** @type {typeof import('./acts.d.mts').befriend} */
export async function befriend(asking, asked, address) {
  const hers = await asking.popup('#add');
  await lookUp(hers, address);
  await askToBeFriends(hers, asked.name, '');
  const his = await asked.popup('#friends');
  await acceptRequest(his, asking.name);
  await hers.getByRole('link', { name: 'Done' }).click();
  await hers.getByRole('link', { name: asked.name }).first().waitFor(soon);
  await hers.close();
  await his.close();
}

/** @type {typeof import('./acts.d.mts').showPublicPage} */
export async function showPublicPage(person) {
  const page = await person.options('connection');
  const name = /Show my profile/;
  await page.getByRole('switch', { name }).click();
  await page.getByRole('switch', { name, checked: true }).waitFor(soon);
  await page.close();
}

/** @type {typeof import('./acts.d.mts').lookUp} */
export async function lookUp(page, link) {
  await page.getByLabel('Address or link').fill(link);
  await page.getByRole('button', { name: 'Look up' }).click();
  await page.getByRole('region', { name: 'Profile found' }).waitFor(soon);
}

/** @type {typeof import('./acts.d.mts').askToBeFriends} */
export async function askToBeFriends(page, petname, note) {
  await page.getByLabel('What you will call them').fill(petname);
  await page.getByLabel('A few words with the request').fill(note);
  await page.getByRole('button', { name: 'Send friend request' }).click();
  await page.getByText(`Request sent to ${petname}`).waitFor(soon);
}

/** @type {typeof import('./acts.d.mts').acceptRequest} */
export async function acceptRequest(page, name) {
  const request = page.getByRole('form', { name: `Request from ${name}` });
  await request.waitFor(soon);
  await request.getByRole('button', { name: 'Accept' }).click();
  await request.waitFor({ state: 'detached', ...soon });
}

/** @type {typeof import('./acts.d.mts').writePost} */
export async function writePost(page, text) {
  await page.getByRole('textbox', { name: 'Write a post' }).fill(text);
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await seesPost(page, text);
}

/** @type {typeof import('./acts.d.mts').seesPost} */
export async function seesPost(page, text) {
  await page.getByRole('article').filter({ hasText: text }).first().waitFor(soon);
}

/** @type {typeof import('./acts.d.mts').openConversation} */
export async function openConversation(page, petname) {
  await page.getByRole('link', { name: petname }).first().click();
  await page.getByRole('textbox', { name: `Message to ${petname}` }).waitFor(soon);
}

/** @type {typeof import('./acts.d.mts').sendMessage} */
export async function sendMessage(page, petname, text) {
  await page.getByRole('textbox', { name: `Message to ${petname}` }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await seesMessage(page, text);
}

/** @type {typeof import('./acts.d.mts').seesMessage} */
export async function seesMessage(page, text) {
  await page.getByRole('log').getByText(text).waitFor(soon);
}
