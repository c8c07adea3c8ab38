import type { BodyOf, QueryOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** Which notes are meant. Default: those of Git, refs/notes/commits. */
export interface NotesRef {
  readonly ref?: string | undefined;
}

/** Notes on objects. */
export class Notes {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Which objects have notes. */
  list(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/notes'> = {}, options: CallOptions = {}) {
    return this.#requests.list('/api/v1/repos/{id}/notes', ({ notes }) => notes, { ...options, params: { id: repo }, query });
  }

  /** The note of an object. */
  get(repo: string, object: string, query: QueryOf<'GET', '/api/v1/repos/{id}/notes/{object}'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/notes/{object}', { ...options, params: { id: repo, object }, query });
  }

  /** Makes or replaces a note. */
  put(repo: string, object: string, { ref, ...note }: BodyOf<'PUT', '/api/v1/repos/{id}/notes/{object}'> & NotesRef, options: CallOptions = {}) {
    return this.#requests.request('PUT', '/api/v1/repos/{id}/notes/{object}', { ...options, params: { id: repo, object }, body: note, query: { ref } });
  }

  /** Makes a note where there is none. */
  create(repo: string, object: string, { ref, ...note }: BodyOf<'POST', '/api/v1/repos/{id}/notes/{object}'> & NotesRef, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/notes/{object}', { ...options, params: { id: repo, object }, body: note, query: { ref } });
  }

  /** Deletes a note. */
  async delete(repo: string, object: string, query: QueryOf<'DELETE', '/api/v1/repos/{id}/notes/{object}'> = {}, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/repos/{id}/notes/{object}', { ...options, params: { id: repo, object }, query });
  }
}
