import type { BodyOf, QueryOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** Changes that are collected over several requests and become one commit, or nothing. */
export class Transactions {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Begins one. */
  begin(repo: string, transaction: BodyOf<'POST', '/api/v1/repos/{id}/transactions'> = {}, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/transactions', { ...options, params: { id: repo }, body: transaction });
  }

  /** Those that are open. */
  list(repo: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/transactions', { ...options, params: { id: repo } });
  }

  /** One of them. */
  get(repo: string, transaction: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/transactions/{tx_id}', { ...options, params: { id: repo, tx_id: transaction } });
  }

  /** Puts files into it. */
  add(repo: string, transaction: string, files: BodyOf<'POST', '/api/v1/repos/{id}/transactions/{tx_id}/add'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/transactions/{tx_id}/add', { ...options, params: { id: repo, tx_id: transaction }, body: files });
  }

  /** Takes files away. */
  remove(repo: string, transaction: string, files: BodyOf<'POST', '/api/v1/repos/{id}/transactions/{tx_id}/remove'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/transactions/{tx_id}/remove', { ...options, params: { id: repo, tx_id: transaction }, body: files });
  }

  /** Does changes of any kind, in order. */
  change(repo: string, transaction: string, changes: BodyOf<'POST', '/api/v1/repos/{id}/transactions/{tx_id}/changes'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/transactions/{tx_id}/changes', { ...options, params: { id: repo, tx_id: transaction }, body: changes });
  }

  /** A file as it would be. */
  file(repo: string, transaction: string, path: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/transactions/{tx_id}/files/{path}', { ...options, params: { id: repo, tx_id: transaction, path } });
  }

  /** The top folder as it would be. */
  tree(repo: string, transaction: string, query: QueryOf<'GET', '/api/v1/repos/{id}/transactions/{tx_id}/tree'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/transactions/{tx_id}/tree', { ...options, params: { id: repo, tx_id: transaction }, query });
  }

  /** What it would change. */
  diff(repo: string, transaction: string, query: QueryOf<'GET', '/api/v1/repos/{id}/transactions/{tx_id}/diff'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/transactions/{tx_id}/diff', { ...options, params: { id: repo, tx_id: transaction }, query });
  }

  /** Checks it by JSON schemas, required paths and policies. */
  validate(repo: string, transaction: string, rules: BodyOf<'POST', '/api/v1/repos/{id}/transactions/{tx_id}/validate'> = {}, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/transactions/{tx_id}/validate', { ...options, params: { id: repo, tx_id: transaction }, body: rules });
  }

  /** Makes it a commit. */
  commit(repo: string, transaction: string, commit: BodyOf<'POST', '/api/v1/repos/{id}/transactions/{tx_id}/commit'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/transactions/{tx_id}/commit', { ...options, params: { id: repo, tx_id: transaction }, body: commit });
  }

  /** Forgets it. */
  rollback(repo: string, transaction: string, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/transactions/{tx_id}/rollback', { ...options, params: { id: repo, tx_id: transaction } });
  }
}
