import type { AnswerOf, BodyOf, QueryOf } from './request.js';
import type { Download, Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** A commit. */
export type Commit = AnswerOf<'GET', '/api/v1/repos/{id}/commits/{commit}'>;

/** History of a repository. A revision is whatever Git takes for one. */
export class Commits {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** The history from a revision (default: HEAD), newest first, with every filter of the log. */
  list(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/commits'> = {}, options: CallOptions = {}) {
    return this.#requests.list('/api/v1/repos/{id}/commits', ({ commits }) => commits, { ...options, params: { id: repo }, query });
  }

  /** One commit. */
  get(repo: string, commit: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/commits/{commit}', { ...options, params: { id: repo, commit } });
  }

  /** Commits the files and changes that are given, or else what is staged. */
  create(repo: string, commit: BodyOf<'POST', '/api/v1/repos/{id}/commits'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/commits', { ...options, params: { id: repo }, body: commit });
  }

  /** One commit with what it changed. */
  show(repo: string, commit: string, query: QueryOf<'GET', '/api/v1/repos/{id}/show/{commit}'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/show/{commit}', { ...options, params: { id: repo, commit }, query });
  }

  /** One commit as a patch that `git am` takes. */
  patch(repo: string, commit: string, query: QueryOf<'GET', '/api/v1/repos/{id}/commits/{commit}/patch'> = {}, options: CallOptions = {}): Promise<Download> {
    return this.#requests.download('GET', '/api/v1/repos/{id}/commits/{commit}/patch', { ...options, params: { id: repo, commit }, query });
  }

  /** What two revisions differ in; `basehead` is `main...topic` or `main..topic`. */
  compare(repo: string, basehead: string, query: QueryOf<'GET', '/api/v1/repos/{id}/compare/{basehead}'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/compare/{basehead}', { ...options, params: { id: repo, basehead }, query });
  }

  /** The name of a revision after the nearest tag. */
  describe(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/describe'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/describe', { ...options, params: { id: repo }, query });
  }

  /** Where histories meet; `revisions` has commas between them. */
  mergeBase(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/merge-base'>, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/merge-base', { ...options, params: { id: repo }, query });
  }
}
