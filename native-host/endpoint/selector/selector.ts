import type { Document } from '../../store/layout.ts';
import { badRequest } from '../messages/http-error.ts';
import { conditionOf, isOperator, type Operator } from './conditions.ts';

/**
 * CouchDB's selectors, by which a replicator chooses documents without a program being run: normalised as its
 * mango_selector.erl does, so that any combination may stand anywhere. `compileSelector` throws for what is
 * no selector.
 */
export function compileSelector(value: unknown): (document: Document) => boolean {
  return compile(value, [], { left: mostConditions });
}

type Test = (value: unknown) => boolean;

const mostConditions = 1_000;
const deepest = 50;

/** What holds for a value, of which the part at `path` is meant. */
function compile(selector: unknown, path: readonly string[], budget: { left: number }): Test {
  if (!isObject(selector)) throw badRequest('A selector must be a JSON object.');
  if (path.length > deepest) throw badRequest('The selector is nested too deeply.');
  const tests = Object.entries(selector).map(([key, operand]) => {
    budget.left -= 1;
    if (budget.left < 0)
      throw badRequest(`A selector may have at most ${mostConditions} conditions.`);
    const inside = (one: unknown): Test =>
      path.length > 0 ? field(path, one, budget) : compile(one, path, budget);
    switch (key) {
      case '$and':
        return all(listOf(key, operand).map(inside));
      case '$or':
        return any(listOf(key, operand).map(inside));
      case '$nor':
        return not(any(listOf(key, operand).map(inside)));
      case '$not':
        return not(inside(operand));
      case '$elemMatch':
      case '$allMatch': {
        const test = isObject(operand) && compile(operand, [], budget);
        if (test === false) throw badRequest(`${key} must have a selector.`);
        return at(path, (found) => {
          if (!Array.isArray(found) || found.length === 0) return false;
          return key === '$elemMatch' ? found.some(test) : found.every(test);
        });
      }
      default:
        if (isOperator(key)) return condition(path, key, operand);
        if (key.startsWith('$')) throw badRequest(`Invalid operator in a selector: ${key}.`);
        return field([...path, ...fieldNames(key)], operand, budget);
    }
  });
  return all(tests);
}

function field(path: readonly string[], operand: unknown, budget: { left: number }): Test {
  const isWhole = !isObject(operand) || Object.keys(operand).length === 0;
  return isWhole ? condition(path, '$eq', operand) : compile(operand, path, budget);
}

function condition(path: readonly string[], operator: Operator, operand: unknown): Test {
  const holds = conditionOf(operator, operand);
  if (operator !== '$exists') return at(path, holds);
  return (value) => (valueAt(value, path) !== undefined) === operand;
}

/** As in CouchDB nothing but `$exists` holds for what is not there, not even that it differs. */
function at(path: readonly string[], test: Test): Test {
  return (value) => {
    const found = valueAt(value, path);
    return found !== undefined && test(found);
  };
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

/** `a.b` is b in a; `a\.b` is one name. */
function fieldNames(key: string): string[] {
  return key.split(/(?<!\\)\./).map((name) => name.replaceAll('\\.', '.'));
}

function listOf(operator: string, operand: unknown): unknown[] {
  if (!Array.isArray(operand)) throw badRequest(`${operator} must have a list of selectors.`);
  return operand as unknown[];
}

const all =
  (tests: readonly Test[]): Test =>
  (value) =>
    tests.every((test) => test(value));
const any =
  (tests: readonly Test[]): Test =>
  (value) =>
    tests.some((test) => test(value));
const not =
  (test: Test): Test =>
  (value) =>
    !test(value);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
