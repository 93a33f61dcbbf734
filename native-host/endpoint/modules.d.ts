/** The part we use of a package that ships no types of its own. */
declare module 'pouchdb-collate' {
  /** Below zero if `a` sorts before `b`, above if behind, as CouchDB sorts JSON. */
  export function collate(a: unknown, b: unknown): number;
}
