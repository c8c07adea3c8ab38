import type { ServerResponse } from 'node:http';

import { GovcError } from '@govc/core';

/** Writes an answer piece by piece, no faster than the client takes it. */
export class ResponseWriter {
  /** Bytes written so far. */
  size = 0;
  readonly #response: ServerResponse;
  readonly #begin: () => void;

  /** @param begin sets status and headers; called before the first piece, so that an earlier error can still be a status. */
  constructor(response: ServerResponse, begin: () => void) {
    this.#response = response;
    this.#begin = begin;
  }

  /**
   * Resolves when more may be written.
   *
   * @throws {GovcError} aborted: the client is gone.
   */
  readonly write = (bytes: Uint8Array): Promise<void> => {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return Promise.reject(gone());
    if (!response.headersSent) this.#begin();
    this.size += bytes.length;
    if (response.write(bytes)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const onDrain = (): void => {
        response.off('close', onClose);
        resolve();
      };
      const onClose = (): void => {
        response.off('drain', onDrain);
        reject(gone());
      };
      response.once('drain', onDrain);
      response.once('close', onClose);
    });
  };

  /** Ends the answer, which may be empty. */
  end(): void {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    if (!response.headersSent) this.#begin();
    response.end();
  }
}

function gone(): GovcError {
  return new GovcError('aborted', 'The client closed the connection.');
}
