import { runInNewContext } from 'node:vm';

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

import { ServerError } from '../errors.js';

/** A JSON Schema (draft 2020-12, as far as OpenAPI 3.1 uses it). */
export type Schema = Readonly<Record<string, unknown>>;

/** Gives the value when it fits. @throws {ServerError} request-invalid */
export type Validator = (value: unknown) => unknown;

/**
 * Compiles schemas, each when a value is first held against it: all of them together take longer than everything else that a start does. The
 * only file that knows ajv.
 */
export class Validators {
  readonly #strict = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true, useDefaults: true });
  /** Queries are texts; numbers and booleans in them are read as such. */
  readonly #coercing = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true, useDefaults: true, coerceTypes: true });
  readonly #waiting = new Set<() => void>();

  /** A validator of JSON bodies. */
  body(schema: Schema): Validator {
    return this.#validator(() => this.#strict.compile(schema), 'body');
  }

  /** A validator of queries, given as an object of texts; it reads numbers and booleans. */
  query(schema: Schema): Validator {
    return this.#validator(() => this.#coercing.compile(schema), 'query');
  }

  /** Compiles everything that was asked for so far, so that a wrong schema shows before a request needs it. @throws what ajv does of it */
  compileAll(): void {
    for (const compile of this.#waiting) compile();
  }

  #validator(compile: () => ValidateFunction, place: 'body' | 'query'): Validator {
    let validate: Validator | undefined;
    const compiled = (): Validator => {
      this.#waiting.delete(compiled);
      return (validate ??= validator(compile(), place));
    };
    this.#waiting.add(compiled);
    return (value) => (validate ?? compiled())(value);
  }
}

const UNTRUSTED_MS_MAX = 1000;

/** What does not fit, by JSON pointer; nothing where the value fits. @throws {ServerError} request-invalid: it takes too long */
export type UntrustedValidator = (value: unknown) => readonly { readonly at: string; readonly message: string }[];

/**
 * Compiles a schema that a client brings (draft 7; formats are not checked). Compiling and each check are cut off after a second, because
 * an expression in it may backtrack without end.
 *
 * @throws {ServerError} request-invalid: it is no schema
 */
export function compileUntrustedSchema(schema: Schema): UntrustedValidator {
  const ajv = new Ajv({ allErrors: false, strict: false, validateFormats: false, addUsedSchema: false, logger: false });
  const validate = cutOff(() => ajv.compile(schema)) as ValidateFunction;
  return (value) => {
    const isFitting: unknown = cutOff(() => validate(value));
    if (isFitting === true) return [];
    return (validate.errors ?? []).map((error) => ({ at: error.instancePath, message: sentence(error) }));
  };
}

/** Runs what may take too long; only a context of its own can be stopped. */
function cutOff(work: () => unknown): unknown {
  try {
    return runInNewContext('work()', { work }, { timeout: UNTRUSTED_MS_MAX }) as unknown;
  } catch (error) {
    // An error of another context is no instance of this one's class.
    const message = String((error as { message?: unknown }).message).slice(0, 300);
    throw new ServerError('request-invalid', `The schema cannot be used: ${message}.`, { place: 'body' }, { cause: error });
  }
}

function validator(validate: ValidateFunction, place: 'body' | 'query'): Validator {
  return (value) => {
    if (validate(value)) return value;
    const [first] = validate.errors ?? [];
    throw new ServerError('request-invalid', `The ${place} of the request does not fit: ${sentence(first)}.`, {
      place,
      path: first?.instancePath,
      rule: first?.keyword,
    });
  };
}

function sentence(error: ErrorObject | undefined): string {
  if (error === undefined) return 'it is not of the expected shape';
  const at = error.instancePath === '' ? 'it' : `"${error.instancePath.slice(1).replaceAll('/', '.')}"`;
  const extra = error.keyword === 'additionalProperties' ? ` ("${String(error.params['additionalProperty'])}")` : '';
  return `${at} ${error.message ?? 'is not valid'}${extra}`;
}
