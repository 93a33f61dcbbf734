import { Refusal } from './refusal.mjs';

/** 20.19 is the first with everything used here; package.json says the same. */
const oldest = [20, 19];

export function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

export function checkNode(version = process.versions.node) {
  if (isNewEnough(version)) return;
  throw new Refusal(
    `Network25 needs Node ${oldest.join('.')} or later, and this is Node ${version}. ` +
      'Get a newer one from https://nodejs.org or with your version manager, and run this again.',
  );
}
