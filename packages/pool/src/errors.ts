/** The one error class of `@govc/pool` and its table of codes. */

/** Every code that a {@link PoolError} can carry, with what it means. A retired code is never used again. */
export const POOL_ERROR_CODES = {
  'pool-closed': 'The pool was closed and hands out nothing more.',
  'pool-exhausted': 'The pool is full, and everything in it is in use or holds work that is not saved elsewhere.',
  'pool-key-taken': 'A resource with that key is in the pool already.',
} as const;

/** A literal code of {@link POOL_ERROR_CODES}. */
export type PoolErrorCode = keyof typeof POOL_ERROR_CODES;

/** The only error class that this package throws on purpose. Identify it by `code`; messages may change. */
export class PoolError extends Error {
  override readonly name = 'PoolError';
  readonly code: PoolErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: PoolErrorCode,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}
