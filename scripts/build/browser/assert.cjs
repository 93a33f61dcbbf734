/** The part of Node's assert that LevelUP uses. */
exports.strictEqual = function strictEqual(actual, expected, message) {
  if (!Object.is(actual, expected)) throw new Error(message ?? 'not the same');
};
