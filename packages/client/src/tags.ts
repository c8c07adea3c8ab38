import type { AnswerOf, BodyOf, QueryOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** A tag. */
export type Tag = AnswerOf<'GET', '/api/v1/repos/{id}/tags'>['tags'][number];

/** Lightweight and annotated tags. */
export class Tags {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** All tags. */
  list(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/tags'> = {}, options: CallOptions = {}) {
    return this.#requests.list('/api/v1/repos/{id}/tags', ({ tags }) => tags, { ...options, params: { id: repo }, query });
  }

  /** One tag. */
  get(repo: string, tag: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/tags/{tag}', { ...options, params: { id: repo, tag } });
  }

  /** Makes a tag; an annotated one where there is a message. */
  create(repo: string, tag: BodyOf<'POST', '/api/v1/repos/{id}/tags'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/tags', { ...options, params: { id: repo }, body: tag });
  }

  /** Deletes a tag. */
  async delete(repo: string, tag: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/repos/{id}/tags/{tag}', { ...options, params: { id: repo, tag } });
  }
}
