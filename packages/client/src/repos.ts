import type { Listing } from './listing.js';
import type { AnswerOf, BodyOf, QueryOf } from './request.js';
import type { Download, Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** A repository. */
export type Repository = AnswerOf<'GET', '/api/v1/repos/{id}'>;

/** Repositories themselves. An id may hold slashes: `team/app`. */
export class Repos {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Those that may be read. */
  list(query: QueryOf<'GET', '/api/v1/repos'> = {}, options: CallOptions = {}): Listing<Repository, AnswerOf<'GET', '/api/v1/repos'>> {
    return this.#requests.list('/api/v1/repos', ({ repositories }) => repositories, { ...options, query });
  }

  /** Makes one. */
  create(repository: BodyOf<'POST', '/api/v1/repos'>, options: CallOptions = {}): Promise<Repository> {
    return this.#requests.request('POST', '/api/v1/repos', { ...options, body: repository });
  }

  /** What is known of one. */
  get(id: string, options: CallOptions = {}): Promise<Repository> {
    return this.#requests.request('GET', '/api/v1/repos/{id}', { ...options, params: { id } });
  }

  /** Deletes one. */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/repos/{id}', { ...options, params: { id } });
  }

  /** Gives one another id. Grants and rules stay with the old one. */
  rename(id: string, newId: string, options: CallOptions = {}): Promise<Repository> {
    return this.update(id, { id: newId }, options);
  }

  /** Gives one another id, or puts its HEAD on another branch. */
  update(id: string, changes: BodyOf<'PATCH', '/api/v1/repos/{id}'>, options: CallOptions = {}): Promise<Repository> {
    return this.#requests.request('PATCH', '/api/v1/repos/{id}', { ...options, params: { id }, body: changes });
  }

  /** A copy that shares what there is so far. */
  fork(id: string, fork: BodyOf<'POST', '/api/v1/repos/{id}/fork'>, options: CallOptions = {}): Promise<AnswerOf<'POST', '/api/v1/repos/{id}/fork'>> {
    return this.#requests.request('POST', '/api/v1/repos/{id}/fork', { ...options, params: { id }, body: fork });
  }

  /** Brings in what is at a URL. */
  import(id: string, source: BodyOf<'POST', '/api/v1/repos/{id}/import'>, options: CallOptions = {}): Promise<AnswerOf<'POST', '/api/v1/repos/{id}/import'>> {
    return this.#requests.request('POST', '/api/v1/repos/{id}/import', { ...options, params: { id }, body: source });
  }

  /** The files of a revision as one file. */
  archive(id: string, query: QueryOf<'GET', '/api/v1/repos/{id}/archive'> = {}, options: CallOptions = {}): Promise<Download> {
    return this.#requests.download('GET', '/api/v1/repos/{id}/archive', { ...options, params: { id }, query });
  }

  /** Refs with their history as a bundle, which Git clones and fetches from. */
  bundle(id: string, query: QueryOf<'GET', '/api/v1/repos/{id}/bundle'> = {}, options: CallOptions = {}): Promise<Download> {
    return this.#requests.download('GET', '/api/v1/repos/{id}/bundle', { ...options, params: { id }, query });
  }

  /** Brings in what is in a bundle. */
  unbundle(id: string, bundle: Uint8Array | Blob | ReadableStream<Uint8Array>, options: CallOptions = {}): Promise<AnswerOf<'POST', '/api/v1/repos/{id}/bundle'>> {
    const upload = { type: 'application/x-git-bundle', bytes: bundle };
    return this.#requests.request('POST', '/api/v1/repos/{id}/bundle', { ...options, params: { id }, upload });
  }
}
