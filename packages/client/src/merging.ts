import type { BodyOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** Bringing work together. Conflicts are in the answers or, where nothing was done, in the `details` of a 409. */
export class Merging {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Merges one branch into another. */
  merge(repo: string, merge: BodyOf<'POST', '/api/v1/repos/{id}/merge'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/merge', { ...options, params: { id: repo }, body: merge });
  }

  /** Repeats commits on a branch. */
  cherryPick(repo: string, pick: BodyOf<'POST', '/api/v1/repos/{id}/cherry-pick'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/cherry-pick', { ...options, params: { id: repo }, body: pick });
  }

  /** Undoes commits by new ones. */
  revert(repo: string, revert: BodyOf<'POST', '/api/v1/repos/{id}/revert'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/revert', { ...options, params: { id: repo }, body: revert });
  }

  /** Puts the commits of a branch upon another base. */
  rebase(repo: string, rebase: BodyOf<'POST', '/api/v1/repos/{id}/rebase'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/rebase', { ...options, params: { id: repo }, body: rebase });
  }

  /** Puts a branch somewhere else. */
  reset(repo: string, reset: BodyOf<'POST', '/api/v1/repos/{id}/reset'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/reset', { ...options, params: { id: repo }, body: reset });
  }

  /** Cherry-picks, reverts and rebases that stopped and wait. */
  sequences(repo: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/sequences', { ...options, params: { id: repo } });
  }

  /** One that stopped. */
  sequence(repo: string, sequence: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/sequences/{sequence}', { ...options, params: { id: repo, sequence } });
  }

  /** Goes on, with what was in conflict resolved. */
  continue(repo: string, sequence: string, resolved: BodyOf<'POST', '/api/v1/repos/{id}/sequences/{sequence}/continue'> = {}, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/sequences/{sequence}/continue', { ...options, params: { id: repo, sequence }, body: resolved });
  }

  /** Goes on without the commit at which it stopped. */
  skip(repo: string, sequence: string, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/sequences/{sequence}/skip', { ...options, params: { id: repo, sequence } });
  }

  /** Gives up; everything stays as it was before. */
  abort(repo: string, sequence: string, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/sequences/{sequence}/abort', { ...options, params: { id: repo, sequence } });
  }
}
