import type { BodyOf, QueryOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** Drafts of a repository, as many at once as one likes, of which one may win. */
export class Realities {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Makes some. */
  create(repo: string, realities: BodyOf<'POST', '/api/v1/repos/{id}/realities'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/realities', { ...options, params: { id: repo }, body: realities });
  }

  /** Those that are there. */
  list(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/realities'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/realities', { ...options, params: { id: repo }, query });
  }

  /** One of them. */
  get(repo: string, reality: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/realities/{reality}', { ...options, params: { id: repo, reality } });
  }

  /** Does changes in one. */
  apply(repo: string, reality: string, changes: BodyOf<'POST', '/api/v1/repos/{id}/realities/{reality}/apply'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/realities/{reality}/apply', { ...options, params: { id: repo, reality }, body: changes });
  }

  /** Makes one what the branch is. */
  publish(repo: string, reality: string, publication: BodyOf<'POST', '/api/v1/repos/{id}/realities/{reality}/publish'> = {}, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/realities/{reality}/publish', { ...options, params: { id: repo, reality }, body: publication });
  }

  /** Forgets one. */
  discard(repo: string, reality: string, options: CallOptions = {}) {
    return this.#requests.request('DELETE', '/api/v1/repos/{id}/realities/{reality}', { ...options, params: { id: repo, reality } });
  }

  /** Forgets all. */
  discardAll(repo: string, options: CallOptions = {}) {
    return this.#requests.request('DELETE', '/api/v1/repos/{id}/realities', { ...options, params: { id: repo } });
  }

  /** A file in one. */
  file(repo: string, reality: string, path: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/realities/{reality}/files/{path}', { ...options, params: { id: repo, reality, path } });
  }

  /** The top folder of one. */
  tree(repo: string, reality: string, query: QueryOf<'GET', '/api/v1/repos/{id}/realities/{reality}/tree'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/realities/{reality}/tree', { ...options, params: { id: repo, reality }, query });
  }

  /** What one changed. */
  diff(repo: string, reality: string, query: QueryOf<'GET', '/api/v1/repos/{id}/realities/{reality}/diff'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/realities/{reality}/diff', { ...options, params: { id: repo, reality }, query });
  }

  /** The commits of one. */
  log(repo: string, reality: string, query: QueryOf<'GET', '/api/v1/repos/{id}/realities/{reality}/log'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/realities/{reality}/log', { ...options, params: { id: repo, reality }, query });
  }

  /** Lines in one that match. */
  grep(repo: string, reality: string, grep: BodyOf<'POST', '/api/v1/repos/{id}/realities/{reality}/grep'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/realities/{reality}/grep', { ...options, params: { id: repo, reality }, body: grep });
  }

  /** Checks one. */
  validate(repo: string, reality: string, rules: BodyOf<'POST', '/api/v1/repos/{id}/realities/{reality}/validate'> = {}, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/realities/{reality}/validate', { ...options, params: { id: repo, reality }, body: rules });
  }

  /** Gives one scores, by which `list` can sort. */
  score(repo: string, reality: string, scores: BodyOf<'POST', '/api/v1/repos/{id}/realities/{reality}/scores'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/realities/{reality}/scores', { ...options, params: { id: repo, reality }, body: scores });
  }
}
