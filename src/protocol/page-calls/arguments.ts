import * as v from 'valibot';
import { onionAddressField } from '../fields.ts';

export const noArguments = v.strictObject({});
export const friendArgument = v.strictObject({ address: onionAddressField });
