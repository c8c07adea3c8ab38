import type { BodyOf, QueryOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** Changes that are put away. */
export class Stash {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Puts away what is staged. */
  save(repo: string, stash: BodyOf<'POST', '/api/v1/repos/{id}/stash'> = {}, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/stash', { ...options, params: { id: repo }, body: stash });
  }

  /** What was put away, newest first. */
  list(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/stash'> = {}, options: CallOptions = {}) {
    return this.#requests.list('/api/v1/repos/{id}/stash', ({ stashes }) => stashes, { ...options, params: { id: repo }, query });
  }

  /** One stash. */
  get(repo: string, stash: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/stash/{stash_id}', { ...options, params: { id: repo, stash_id: stash } });
  }

  /** Brings changes back and keeps the stash. */
  apply(repo: string, stash: string, body: BodyOf<'POST', '/api/v1/repos/{id}/stash/{stash_id}/apply'> = {}, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/stash/{stash_id}/apply', { ...options, params: { id: repo, stash_id: stash }, body });
  }

  /** Brings changes back and drops the stash. */
  pop(repo: string, stash: string, body: BodyOf<'POST', '/api/v1/repos/{id}/stash/{stash_id}/pop'> = {}, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/stash/{stash_id}/pop', { ...options, params: { id: repo, stash_id: stash }, body });
  }

  /** Makes a branch where the stash was made, with its changes. */
  branch(repo: string, stash: string, branch: BodyOf<'POST', '/api/v1/repos/{id}/stash/{stash_id}/branch'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/stash/{stash_id}/branch', { ...options, params: { id: repo, stash_id: stash }, body: branch });
  }

  /** Forgets a stash. */
  async drop(repo: string, stash: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/repos/{id}/stash/{stash_id}', { ...options, params: { id: repo, stash_id: stash } });
  }
}
