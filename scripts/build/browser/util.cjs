/** The part of Node's util that LevelUP uses. */
exports.inherits = function inherits(child, parent) {
  Object.setPrototypeOf(child.prototype, parent.prototype);
};
