import type { BodyOf, QueryOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** Finding things in a repository. */
export class Search {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Commits whose message, author or changes fit. */
  commits(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/search/commits'> = {}, options: CallOptions = {}) {
    return this.#requests.list('/api/v1/repos/{id}/search/commits', ({ results }) => results, { ...options, params: { id: repo }, query });
  }

  /** Lines of files. */
  content(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/search/content'> = {}, options: CallOptions = {}) {
    return this.#requests.list('/api/v1/repos/{id}/search/content', ({ results }) => results, { ...options, params: { id: repo }, query });
  }

  /** Names of files. */
  files(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/search/files'> = {}, options: CallOptions = {}) {
    return this.#requests.list('/api/v1/repos/{id}/search/files', ({ results }) => results, { ...options, params: { id: repo }, query });
  }

  /** Lines that match a pattern, with every option of grep. */
  grep(repo: string, grep: BodyOf<'POST', '/api/v1/repos/{id}/grep'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/grep', { ...options, params: { id: repo }, body: grep });
  }

  /** Files by the words in them, best first. */
  fullText(repo: string, search: BodyOf<'POST', '/api/v1/repos/{id}/search/fulltext'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/search/fulltext', { ...options, params: { id: repo }, body: search });
  }

  /** How words go on. */
  suggestions(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/search/suggestions'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/search/suggestions', { ...options, params: { id: repo }, query });
  }

  /** What the index knows. */
  statistics(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/search/statistics'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/search/statistics', { ...options, params: { id: repo }, query });
  }

  /** Counts of commits by author or time. */
  aggregate(repo: string, aggregation: BodyOf<'POST', '/api/v1/repos/{id}/search/aggregate'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/search/aggregate', { ...options, params: { id: repo }, body: aggregation });
  }

  /** Makes the index again. */
  rebuild(repo: string, query: QueryOf<'POST', '/api/v1/repos/{id}/search/rebuild'> = {}, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/search/rebuild', { ...options, params: { id: repo }, query });
  }

  /** Answers a question in SQL. */
  sql(repo: string, question: BodyOf<'POST', '/api/v1/repos/{id}/search/sql'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/search/sql', { ...options, params: { id: repo }, body: question });
  }
}
