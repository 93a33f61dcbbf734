import { createContext, Script } from 'node:vm';
import { collate } from 'pouchdb-collate';
import * as v from 'valibot';
import { StoreError } from '../../store/errors.ts';
import { badRequest } from '../messages/http-error.ts';

type Test = (value: unknown) => boolean;

const list = v.array(v.unknown());
const whole = v.pipe(v.number(), v.safeInteger());
const types = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const;
const equal = (a: unknown, b: unknown): boolean => collate(a, b) === 0;
const includes = (values: readonly unknown[], value: unknown): boolean =>
  values.some((one) => equal(one, value));

/** CouchDB's operators on one value: what each may be given, and when it holds. Values compare as CouchDB sorts them. */
const operators = {
  $lt: comparing((order) => order < 0),
  $lte: comparing((order) => order <= 0),
  $eq: comparing((order) => order === 0),
  $ne: comparing((order) => order !== 0),
  $gte: comparing((order) => order >= 0),
  $gt: comparing((order) => order > 0),
  $in: operator(list, (values) => (value) => isIn(value, values)),
  $nin: operator(list, (values) => (value) => !isIn(value, values)),
  $all: operator(list, (values) => (value) => {
    if (!Array.isArray(value) || values.length === 0) return false;
    return (
      values.every((one) => includes(value, one)) ||
      (values.length === 1 && equal(values[0], value))
    );
  }),
  // Whether something is there is asked before.
  $exists: operator(v.boolean(), () => () => true),
  $type: operator(v.picklist(types), (type) => (value) => typeOf(value) === type),
  $mod: operator(
    v.tuple([
      v.pipe(
        whole,
        v.check((divisor) => divisor !== 0),
      ),
      whole,
    ]),
    ([divisor, rest]) =>
      (value) =>
        Number.isInteger(value) && Number(value) % divisor === rest,
  ),
  $regex: operator(v.pipe(v.string(), v.maxLength(1_000), v.rawTransform(toPattern)), (pattern) => {
    return (value) => typeof value === 'string' && isMatch(pattern, value);
  }),
  $beginsWith: operator(v.string(), (start) => (value) => {
    return typeof value === 'string' && value.startsWith(start);
  }),
  $size: operator(whole, (size) => (value) => Array.isArray(value) && value.length === size),
};

export type Operator = keyof typeof operators;

export const isOperator = (key: string): key is Operator => Object.hasOwn(operators, key);

/** Throws when the operator can't be given this. */
export function conditionOf(key: Operator, operand: unknown): Test {
  const test = operators[key](operand);
  if (test === undefined) throw badRequest(`Bad argument for the operator ${key}.`);
  return test;
}

function operator<Schema extends v.GenericSchema>(
  schema: Schema,
  test: (operand: v.InferOutput<Schema>) => Test,
): (operand: unknown) => Test | undefined {
  return (operand) => {
    const decoded = v.safeParse(schema, operand);
    return decoded.success ? test(decoded.output) : undefined;
  };
}

function comparing(holds: (order: number) => boolean): (operand: unknown) => Test {
  return (operand) => (value) => holds(collate(value, operand));
}

/** A list is in others when it has one of them. */
function isIn(value: unknown, values: readonly unknown[]): boolean {
  return Array.isArray(value)
    ? value.some((one) => includes(values, one))
    : includes(values, value);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function toPattern({ dataset, addIssue, NEVER }: v.RawTransformContext<string>): RegExp {
  try {
    return new RegExp(dataset.value);
  } catch {
    addIssue({ message: 'no regular expression' });
    return NEVER;
  }
}

const matching = createContext({ pattern: /./, text: '' });
const match = new Script('pattern.test(text)');
const patience = 250;

/** Some patterns take for ever on some texts: nobody else waits for them. */
function isMatch(pattern: RegExp, text: string): boolean {
  Object.assign(matching, { pattern, text });
  try {
    return match.runInContext(matching, { timeout: patience }) === true;
  } catch {
    throw new StoreError(400, 'bad_request', 'The $regex of the selector takes too long.');
  }
}
