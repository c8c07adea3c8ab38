import type { BodyOf, QueryOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** Secrets that programs and Git clients sign in with. */
export class ApiKeys {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** One’s own keys, or with `all` everybody’s; never the secrets. */
  list(query: QueryOf<'GET', '/api/v1/apikeys'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/apikeys', { ...options, query });
  }

  /** Makes a key; its secret is in this answer and nowhere else. */
  create(key: BodyOf<'POST', '/api/v1/apikeys'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/apikeys', { ...options, body: key });
  }

  /** Revokes a key. */
  async revoke(key: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/apikeys/{key_id}', { ...options, params: { key_id: key } });
  }
}
