import type { BodyOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** Servers that are asked whether a change may be. */
export class Policies {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Those of a repository. */
  list(repo: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/policies', { ...options, params: { id: repo } });
  }

  /** Makes one for a repository. */
  create(repo: string, policy: BodyOf<'POST', '/api/v1/repos/{id}/policies'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/policies', { ...options, params: { id: repo }, body: policy });
  }

  /** Removes one of a repository. */
  async delete(repo: string, policy: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/repos/{id}/policies/{policy_id}', { ...options, params: { id: repo, policy_id: policy } });
  }

  /** Those of all repositories. */
  listGlobal(options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/policies', options);
  }

  /** Makes one for all repositories. */
  createGlobal(policy: BodyOf<'POST', '/api/v1/policies'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/policies', { ...options, body: policy });
  }

  /** Removes one of all repositories. */
  async deleteGlobal(policy: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/policies/{policy_id}', { ...options, params: { policy_id: policy } });
  }
}
