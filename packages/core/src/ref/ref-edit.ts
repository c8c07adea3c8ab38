import type { RefName } from './ref-name.js';
import type { RefValue } from './ref-value.js';

/**
 * What an edit expects of the ref's own value (symbolic refs are not followed) at the moment it is applied.
 *
 * - `any`: nothing
 * - `absent`: the ref does not exist
 * - `present`: the ref exists with any value
 * - `value`: the ref exists with exactly this value
 */
export type Expectation =
  | { readonly kind: 'any' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'present' }
  | { readonly kind: 'value'; readonly value: RefValue };

/** One change of one ref: set it to `value`, or delete it where `value` is `undefined`. */
export interface RefEdit {
  readonly name: RefName;
  readonly value: RefValue | undefined;
  readonly expected: Expectation;
}

/** The expectation that a ref still is what was read before: `undefined` means absent. */
export function expectValue(value: RefValue | undefined): Expectation {
  return value === undefined ? { kind: 'absent' } : { kind: 'value', value };
}
