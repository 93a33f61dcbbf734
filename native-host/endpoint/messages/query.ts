import { HttpError } from './http-error.ts';

/** The parameters of a request, read by their type; a value of another form is refused. */
export class Query {
  readonly #parameters: URLSearchParams;

  constructor(text: string) {
    this.#parameters = new URLSearchParams(text);
  }

  /** These too, as far as they don't say the same already: what a body has in the place of parameters. */
  with(values: Readonly<Record<string, unknown>>): Query {
    const both = new Query(this.#parameters.toString());
    for (const [name, value] of Object.entries(values)) {
      if (!this.#parameters.has(name)) both.#parameters.set(name, JSON.stringify(value));
    }
    return both;
  }

  has(name: string): boolean {
    return this.#parameters.has(name);
  }

  text(name: string): string | undefined {
    return this.#parameters.get(name) ?? undefined;
  }

  /** `true` or `false`; absent is false. */
  flag(name: string): boolean {
    const value = this.text(name);
    if (value === undefined || value === 'false') return false;
    if (value === 'true') return true;
    throw invalid(name, 'true or false');
  }

  /** A whole number from 0. */
  count(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const count = Number(value);
    if (!/^\d{1,15}$/.test(value)) throw invalid(name, 'a whole number');
    return count;
  }

  json(name: string): unknown {
    const value = this.text(name);
    if (value === undefined) return undefined;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      throw invalid(name, 'JSON');
    }
  }

  /** A text in JSON's quotes, as CouchDB has keys. */
  jsonText(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.json(name);
      if (typeof value === 'string') return value;
      if (value !== undefined) throw invalid(name, 'a JSON string');
    }
    return undefined;
  }
}

function invalid(name: string, form: string): HttpError {
  return unusable(`The parameter ${name} must be ${form}.`);
}

/** The parameters can't be understood, or not together. */
export const unusable = (reason: string): HttpError =>
  new HttpError(400, 'query_parse_error', reason);
