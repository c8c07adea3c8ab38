import type { BodyOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** Protected branches, immutable tags, paths that only some may change. */
export class Rules {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Those of a repository. */
  list(repo: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/rules', { ...options, params: { id: repo } });
  }

  /** Makes one for a repository. */
  create(repo: string, rule: BodyOf<'POST', '/api/v1/repos/{id}/rules'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/rules', { ...options, params: { id: repo }, body: rule });
  }

  /** Removes one of a repository. */
  async delete(repo: string, rule: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/repos/{id}/rules/{rule_id}', { ...options, params: { id: repo, rule_id: rule } });
  }

  /** Those of all repositories. */
  listGlobal(options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/rules', options);
  }

  /** Makes one for all repositories. */
  createGlobal(rule: BodyOf<'POST', '/api/v1/rules'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/rules', { ...options, body: rule });
  }

  /** Removes one of all repositories. */
  async deleteGlobal(rule: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/rules/{rule_id}', { ...options, params: { rule_id: rule } });
  }
}
