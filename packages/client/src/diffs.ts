import type { QueryOf } from './request.js';
import type { Download, Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** The revisions to compare. */
export interface DiffRange {
  readonly from: string;
  readonly to: string;
}

/** Differences between two states of a repository. */
export class Diffs {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** What two revisions differ in, as data. */
  between(repo: string, { from, to }: DiffRange, query: QueryOf<'GET', '/api/v1/repos/{id}/diff/{from}/{to}'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/diff/{from}/{to}', { ...options, params: { id: repo, from, to }, query });
  }

  /** The same as text: `format` is patch, stat, numstat and more. */
  text(repo: string, { from, to }: DiffRange, query: QueryOf<'GET', '/api/v1/repos/{id}/diff/{from}/{to}'> = {}, options: CallOptions = {}): Promise<Download> {
    return this.#requests.download('GET', '/api/v1/repos/{id}/diff/{from}/{to}', { ...options, params: { id: repo, from, to }, query });
  }

  /** What the stage and HEAD differ in. */
  working(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/diff/working'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/diff/working', { ...options, params: { id: repo }, query });
  }

  /** What one file differs in. */
  file(repo: string, path: string, query: QueryOf<'GET', '/api/v1/repos/{id}/diff/file/{path}'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/diff/file/{path}', { ...options, params: { id: repo, path }, query });
  }
}
