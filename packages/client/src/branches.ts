import type { AnswerOf, BodyOf, QueryOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** A branch. */
export type Branch = AnswerOf<'GET', '/api/v1/repos/{id}/branches'>['branches'][number];

/** Branches, and where HEAD stands. */
export class Branches {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** All branches. */
  list(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/branches'> = {}, options: CallOptions = {}) {
    return this.#requests.list('/api/v1/repos/{id}/branches', ({ branches }) => branches, { ...options, params: { id: repo }, query });
  }

  /** One branch with its last commit. */
  get(repo: string, branch: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/branches/{branch}', { ...options, params: { id: repo, branch } });
  }

  /** Makes a branch, at HEAD or at `from`. */
  create(repo: string, branch: BodyOf<'POST', '/api/v1/repos/{id}/branches'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/branches', { ...options, params: { id: repo }, body: branch });
  }

  /** Gives a branch another name. */
  rename(repo: string, branch: string, change: BodyOf<'PATCH', '/api/v1/repos/{id}/branches/{branch}'>, options: CallOptions = {}) {
    return this.#requests.request('PATCH', '/api/v1/repos/{id}/branches/{branch}', { ...options, params: { id: repo, branch }, body: change });
  }

  /** Deletes a branch. */
  async delete(repo: string, branch: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/repos/{id}/branches/{branch}', { ...options, params: { id: repo, branch } });
  }

  /** Puts HEAD on a branch. */
  checkout(repo: string, checkout: BodyOf<'POST', '/api/v1/repos/{id}/checkout'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/checkout', { ...options, params: { id: repo }, body: checkout });
  }
}
