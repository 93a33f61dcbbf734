import { type Check, oneOf } from '../fields.ts';

const hour = 3_600;
const day = 24 * hour;

/** How long a message may live once it is read, in seconds: an hour, a day, a week, four weeks; 0 is for good. */
export const lives = [0, hour, day, 7 * day, 28 * day] as const;
export type Life = (typeof lives)[number];

export const isLife: Check<Life> = oneOf(...lives);
