/** How many bytes the browser keeps for the add-on, as it estimates itself; `undefined` where it doesn't tell. */
export async function browserBytes(): Promise<number | undefined> {
  const manager = globalThis.navigator?.storage as StorageManager | undefined;
  if (manager?.estimate === undefined) return undefined;
  return manager.estimate().then(
    ({ usage }) => usage,
    () => undefined,
  );
}
