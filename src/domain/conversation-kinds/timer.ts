import { decodeFields } from '../fields.ts';
import { defineKind } from './kind.ts';
import { isLife } from './life.ts';

/** How long messages written from now on live. Either side may say it; the later word counts. */
export const timerKind = defineKind('timer', (fields) => decodeFields(fields, { life: isLife }));
