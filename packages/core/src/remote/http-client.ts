/** One request over HTTP. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent in chunks where it is a stream, whose end ends the request. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** Whether a body that is given whole is sent compressed. */
  readonly isCompressed: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Its answer, redirects not followed. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of several fields with one name the values are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded where it was compressed. Must be read to its end or cancelled by `return`. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Sends a request and resolves when the head of the answer is there.
 *
 * @throws {GovcError} remote-failed: no answer came; aborted
 */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;
