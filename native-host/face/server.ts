import { createHttpDoor, type HttpDoor } from '../endpoint/http-door.ts';
import { nothingHere, type Face } from './face.ts';

/** Visitors are nobody in particular; a few at once is what a home connection carries. */
const connections = { unknown: 128, known: 0, unknownRequests: 32 };

/** The HTTP server behind port 80 of the onion service. Whatever is wrong with a request, it says nothing. */
export function createFaceDoor(face: Face): HttpDoor {
  return createHttpDoor({
    connections,
    receive: (request) => ({ request, known: false, answer: () => face.handle(request) }),
    refuse: () => nothingHere,
  });
}
