/** The one error class of `@govc/client` and its table of codes. */

/** Codes of what goes wrong on the way; a server's own codes are written like `REPO_NOT_FOUND`. A retired code is never used again. */
export const CLIENT_ERROR_CODES = {
  'client-answer-invalid': 'The answer is not what a govc server answers, such as a page of a proxy in place of JSON.',
  'client-not-connected': 'The server cannot be reached, or the connection ended before the answer did.',
  'client-option-invalid': 'An option of the client cannot be used.',
  'client-parameter-invalid': 'A value cannot stand in the path of a request.',
  'client-timed-out': 'The server did not answer in time.',
} as const;

/** A literal code of {@link CLIENT_ERROR_CODES}. */
export type ClientErrorCode = keyof typeof CLIENT_ERROR_CODES;

/** What is known of a failure beside its code and message. */
export interface GovcApiErrorFacts {
  readonly status?: number | undefined;
  readonly details?: unknown;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/**
 * The only error class that this package throws on purpose. Identify it by `code` (or `status`); messages may change. What a signal of
 * the caller ends is thrown as the reason of that signal.
 */
export class GovcApiError extends Error {
  override readonly name = 'GovcApiError';
  /** The server's, such as `REPO_NOT_FOUND`, or one of {@link CLIENT_ERROR_CODES}. */
  readonly code: string;
  /** The status of the answer; `undefined`: there was no answer. */
  readonly status: number | undefined;
  /** The server's structured facts, if it gave any. */
  readonly details: unknown;
  /** The id under which the server's log has the request, if it answered. */
  readonly requestId: string | undefined;
  /** How long the server asks to wait before the next try, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, facts: GovcApiErrorFacts = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = facts.status;
    this.details = facts.details;
    this.requestId = facts.requestId;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** An error of the client's own, without an answer. */
export function clientError(code: ClientErrorCode, message: string, options?: ErrorOptions): GovcApiError {
  return new GovcApiError(code, message, {}, options);
}
