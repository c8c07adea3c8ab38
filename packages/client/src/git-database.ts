import type { BodyOf, QueryOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** Objects and refs as Git keeps them, in GitHub’s shapes. */
export class GitDatabase {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** One blob. */
  blob(repo: string, sha: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/git/blobs/{sha}', { ...options, params: { id: repo, sha } });
  }

  /** Makes a blob. */
  createBlob(repo: string, blob: BodyOf<'POST', '/api/v1/repos/{id}/git/blobs'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/git/blobs', { ...options, params: { id: repo }, body: blob });
  }

  /** One tree. */
  tree(repo: string, sha: string, query: QueryOf<'GET', '/api/v1/repos/{id}/git/trees/{sha}'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/git/trees/{sha}', { ...options, params: { id: repo, sha }, query });
  }

  /** Makes a tree. */
  createTree(repo: string, tree: BodyOf<'POST', '/api/v1/repos/{id}/git/trees'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/git/trees', { ...options, params: { id: repo }, body: tree });
  }

  /** One commit. */
  commit(repo: string, sha: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/git/commits/{sha}', { ...options, params: { id: repo, sha } });
  }

  /** Makes a commit; no ref moves. */
  createCommit(repo: string, commit: BodyOf<'POST', '/api/v1/repos/{id}/git/commits'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/git/commits', { ...options, params: { id: repo }, body: commit });
  }

  /** One tag object. */
  tag(repo: string, sha: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/git/tags/{sha}', { ...options, params: { id: repo, sha } });
  }

  /** Makes a tag object; no ref moves. */
  createTag(repo: string, tag: BodyOf<'POST', '/api/v1/repos/{id}/git/tags'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/git/tags', { ...options, params: { id: repo }, body: tag });
  }

  /** All refs. */
  refs(repo: string, query: QueryOf<'GET', '/api/v1/repos/{id}/git/refs'> = {}, options: CallOptions = {}) {
    return this.#requests.list('/api/v1/repos/{id}/git/refs', ({ refs }) => refs, { ...options, params: { id: repo }, query });
  }

  /** Refs whose names begin so. */
  matchingRefs(repo: string, ref: string, query: QueryOf<'GET', '/api/v1/repos/{id}/git/matching-refs/{ref}'> = {}, options: CallOptions = {}) {
    return this.#requests.list('/api/v1/repos/{id}/git/matching-refs/{ref}', ({ refs }) => refs, { ...options, params: { id: repo, ref }, query });
  }

  /** One ref, such as heads/main. */
  ref(repo: string, ref: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/git/ref/{ref}', { ...options, params: { id: repo, ref } });
  }

  /** Makes a ref. */
  createRef(repo: string, ref: BodyOf<'POST', '/api/v1/repos/{id}/git/refs'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/git/refs', { ...options, params: { id: repo }, body: ref });
  }

  /** Moves a ref. */
  updateRef(repo: string, ref: string, change: BodyOf<'PATCH', '/api/v1/repos/{id}/git/refs/{ref}'>, options: CallOptions = {}) {
    return this.#requests.request('PATCH', '/api/v1/repos/{id}/git/refs/{ref}', { ...options, params: { id: repo, ref }, body: change });
  }

  /** Deletes a ref. */
  async deleteRef(repo: string, ref: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/repos/{id}/git/refs/{ref}', { ...options, params: { id: repo, ref } });
  }
}
