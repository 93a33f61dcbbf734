import * as fc from 'fast-check';
import { accept } from '../../src/domain/result.ts';
import {
  changeSegment,
  decodeSegment,
  emptySegment,
  encodeSegment,
  findInSegment,
} from '../../src/domain/search/segment.ts';
import { bytesLike, way, type Way } from './outside-input.ts';

const segment = changeSegment(
  emptySegment,
  new Set(),
  new Map([
    ['d1', new Set(['bees', 'swarm'])],
    ['d2', new Set(['bees', 'pear', 'tree'])],
  ]),
);

/** A disk may have damaged it, and a person looks for anything. */
export const searchWays: readonly Way[] = [
  way('search/segment.ts#decodeSegment', bytesLike(encodeSegment(segment)), (bytes) => {
    const decoded = decodeSegment(bytes);
    // What decodes can be searched.
    return decoded.ok ? accept(findInSegment(decoded.value, ['b', 'pear'])) : decoded;
  }),
  way(
    'search/segment.ts#findInSegment',
    fc.array(fc.oneof(fc.constantFrom('b', 'bees', ''), fc.string({ unit: 'grapheme' }))),
    (wanted) => accept(findInSegment(segment, wanted)),
  ),
];
