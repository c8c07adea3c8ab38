import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

import { ServerError } from '../errors.js';

/** A JSON Schema (draft 2020-12, as far as OpenAPI 3.1 uses it). */
export type Schema = Readonly<Record<string, unknown>>;

/** Gives the value when it fits. @throws {ServerError} request-invalid */
export type Validator = (value: unknown) => unknown;

/** Compiles schemas. The only file that knows ajv. */
export class Validators {
  readonly #strict = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true, useDefaults: true });
  /** Queries are texts; numbers and booleans in them are read as such. */
  readonly #coercing = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true, useDefaults: true, coerceTypes: true });

  /** A validator of JSON bodies. */
  body(schema: Schema): Validator {
    return validator(this.#strict.compile(schema), 'body');
  }

  /** A validator of queries, given as an object of texts; it reads numbers and booleans. */
  query(schema: Schema): Validator {
    return validator(this.#coercing.compile(schema), 'query');
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
