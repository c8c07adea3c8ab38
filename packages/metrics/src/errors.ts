/** The one error class of `@govc/metrics` and its table of codes. */

/** Every code that a {@link MetricsError} can carry, with what it means. A retired code is never used again. */
export const METRICS_ERROR_CODES = {
  'metric-name-invalid': 'A metric name is not of the form govc_words_and_unit.',
  'metric-name-taken': 'A metric of that name exists already in this registry.',
} as const;

/** A literal code of {@link METRICS_ERROR_CODES}. */
export type MetricsErrorCode = keyof typeof METRICS_ERROR_CODES;

/** The only error class that this package throws on purpose. Identify it by `code`; messages may change. */
export class MetricsError extends Error {
  override readonly name = 'MetricsError';
  readonly code: MetricsErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: MetricsErrorCode,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}
