/** CouchDB's rule for names, with a length that fits every file system. */
const validName = /^[a-z][a-z0-9_$()+/-]{0,127}$/;
const prefix = 'd-';
/** Most systems take 255 bytes; the rest is room for a suffix when a damaged database is set aside. */
const longestFolder = 200;

export function isDatabaseName(name: string): boolean {
  return validName.test(name) && folderOf(name).length <= longestFolder;
}

/**
 * The folder of a database. What could mean something to a file system becomes `=` and two hex
 * digits, and every folder begins with our prefix: no name can lead out of the data directory or
 * meet a name the system keeps for itself.
 */
export function folderOf(name: string): string {
  const safe = name.replace(/[^a-z0-9_-]/g, (c) => `=${c.charCodeAt(0).toString(16)}`);
  return `${prefix}${safe}`;
}

/** The name of the database in this folder, or `undefined` if no database of ours has such a folder. */
export function nameOfFolder(folder: string): string | undefined {
  if (!folder.startsWith(prefix)) return undefined;
  const name = folder
    .slice(prefix.length)
    .replace(/=([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return isDatabaseName(name) && folderOf(name) === folder ? name : undefined;
}
