// The ancestor of Node's streams: an emitter. Streams themselves come from the readable-stream packages.
const { EventEmitter } = require('events');

function Stream() {
  EventEmitter.call(this);
}
Object.setPrototypeOf(Stream.prototype, EventEmitter.prototype);
Stream.Stream = Stream;

module.exports = Stream;
