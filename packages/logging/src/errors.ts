/** The one error class of `@govc/logging` and its table of codes. */

/** Every code that a {@link LoggingError} can carry, with what it means. A retired code is never used again. */
export const LOGGING_ERROR_CODES = {
  'log-destination-failed': 'The stream that receives the log reported an error; records since then are lost.',
  'log-level-unknown': 'A text names none of the log levels.',
} as const;

/** A literal code of {@link LOGGING_ERROR_CODES}. */
export type LoggingErrorCode = keyof typeof LOGGING_ERROR_CODES;

/** The only error class that this package throws on purpose. Identify it by `code`; messages may change. */
export class LoggingError extends Error {
  override readonly name = 'LoggingError';
  readonly code: LoggingErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: LoggingErrorCode,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}
